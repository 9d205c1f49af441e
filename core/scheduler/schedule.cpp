// SPDX-License-Identifier: Apache-2.0
// The phases in their order; each reads only what earlier ones returned.
#include "core/scheduler/schedule.h"

#include "core/scheduler/actions.h"
#include "core/scheduler/placement.h"
#include "core/scheduler/tickets.h"

namespace mainstay::scheduler {

model::TransitionGraph schedule(const model::ClusterState& given, PlacementTrace* trace) {
  const std::optional<model::ClusterState> changed = apply_lost_tickets(given);
  const model::ClusterState& state = changed ? *changed : given;
  const Placement placement = place(state, trace);
  ActionTable table;
  add_resource_actions(state, placement, table);
  add_node_actions(state, placement, table);
  add_orderings(state, placement, table);
  propagate(state, table);
  model::TransitionGraph graph = build_graph(state, placement, table);
  graph.decisions = summarise(state, placement, table);
  return graph;
}

std::vector<std::string> verify(const model::ClusterState& state) {
  std::vector<std::string> found = state.problems;
  const auto& options = state.options;
  if (options.fencing_enabled && !options.have_fencing_device && !options.have_watchdog) {
    found.insert(found.end(),
                 {"Resource start-up disabled since no STONITH resources have been defined",
                  "Either configure some or disable STONITH with the stonith-enabled option",
                  "NOTE: Clusters with shared data need STONITH to ensure data integrity"});
  }
  return found;
}

}  // namespace mainstay::scheduler
