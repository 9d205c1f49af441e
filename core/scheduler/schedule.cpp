// SPDX-License-Identifier: Apache-2.0
// The phases in their order; each reads only what earlier ones returned.
#include "core/scheduler/schedule.h"

#include "core/scheduler/act/plan.h"
#include "core/scheduler/place/placement.h"
#include "core/scheduler/read/tickets.h"

namespace mainstay::scheduler {

model::TransitionGraph schedule(const model::ClusterState& given, PlacementTrace* trace) {
  const std::optional<model::ClusterState> changed = apply_lost_tickets(given);
  const model::ClusterState& state = changed ? *changed : given;
  Plan plan(state, place(state, trace));
  recall_history(plan);
  add_constraint_orderings(plan);
  add_internal_orderings(plan);
  apply_changed_parameters(plan);
  apply_placement(plan);
  apply_placed_parameters(plan);
  add_probes(plan);
  add_resource_actions(plan);
  add_remote_orderings(plan);
  add_node_actions(plan);
  apply_orderings(plan);
  const std::vector<model::Decision> decisions = summarise(plan);
  add_notifications(plan);
  add_maintenance_update(plan);
  model::TransitionGraph graph = build_graph(plan);
  graph.decisions = decisions;
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
