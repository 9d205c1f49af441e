// SPDX-License-Identifier: Apache-2.0
// The order of placement: what each node means for each resource, then resource by resource, remote
// connections first (what they carry depends on them), then by priority.
#include "core/scheduler/place/placement.h"

#include <algorithm>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

/// The roles that nothing limited follow from the node; collectives take the highest of theirs.
void settle_roles(Assignment& work, int resource) {
  Role& next = work.next_role(resource);
  if (work.children(resource).empty()) {
    if (next == Role::unknown) {
      next = work.assigned_node(resource) < 0 ? Role::stopped : Role::started;
    }
    return;
  }
  for (const int child : work.children(resource)) {
    settle_roles(work, child);
  }
  const Variant variant = work.resource(resource).variant;
  next = role_of(work, resource, false);
  work.assigned_node(resource) =
      variant == Variant::group ? location_of(work, resource, false) : -1;
}

}  // namespace

bool is_available(const model::NodeState& node) {
  return node.online && !node.unclean && !node.shutdown && !node.standby && !node.standby_on_fail &&
         !node.maintenance && !node.pending;
}

int assign(Assignment& work, int resource, int prefer, bool stop_if_fail) {
  switch (work.resource(resource).variant) {
    case Variant::primitive:
      return assign_primitive(work, resource, prefer, stop_if_fail);
    case Variant::group:
      return assign_group(work, resource, prefer, stop_if_fail);
    case Variant::clone:
      return assign_clone(work, resource);
    case Variant::bundle:
      return assign_bundle(work, resource, prefer, stop_if_fail);
  }
  return -1;
}

Placement place(const model::ClusterState& state, PlacementTrace* trace) {
  Assignment work(state, trace);
  apply_node_criteria(work);
  for (const Weights& weights : work.placement.weights) {
    work.placement.eligible.push_back(weights.allowed);
  }
  auto& order = work.placement.top_level;
  if (state.options.placement_strategy != "default") {
    sort_resources(work, order);
  }
  for (const bool remote : {true, false}) {
    for (const int resource : order) {
      const model::Resource& r = state.resources[at(resource)];
      if (r.is_remote == remote) {
        assign(work, resource, remote ? r.partial_migration_target : -1, true);
      }
    }
  }
  for (const int resource : order) {
    settle_roles(work, resource);
  }
  return std::move(work.placement);
}

}  // namespace mainstay::scheduler
