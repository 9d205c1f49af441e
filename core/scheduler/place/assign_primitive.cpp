// SPDX-License-Identifier: Apache-2.0
// A primitive: its colocations first; then the best node, where its current one wins among equals
// that are wanted. Unmanaged resources stay where they are.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;

/// Target role and quorum limit what the resource may become.
void limit_role(Assignment& work, int resource) {
  Role& next = work.next_role(resource);
  const Role current = std::max(work.resource(resource).role, Role::stopped);
  const auto& options = work.state.options;
  if (next == Role::stopped) {
    add_score(work, resource, -1, -kInfinity, ScoreReason::Kind::stopped, "target-role");
  } else if (next > current && !options.have_quorum &&
             options.quorum_policy == model::QuorumPolicy::freeze) {
    next = current;
  }
}

/// Its current node, if that is as good as the best; not for instances of unique clones, which were
/// given theirs before.
int prefer_current(const Assignment& work, int resource, const std::vector<int>& nodes) {
  const Weights& weights = work.weights(resource);
  const int best = nodes.front();
  const int parent = work.resource(resource).parent;
  const bool unique_instance = parent >= 0 &&
                               work.resource(parent).variant == model::Variant::clone &&
                               work.resource(parent).unique;
  const int running = current_node(work, resource);
  if (unique_instance || weights.score[at(best)] <= 0 || !work.is_available(best) || running < 0 ||
      !work.is_available(running) || work.late_score(running) < 0) {
    return best;
  }
  const bool equal =
      weights.allowed[at(running)] != 0 && weights.score[at(running)] == weights.score[at(best)];
  return equal ? running : best;
}

void choose_node(Assignment& work, int resource, int prefer, bool stop_if_fail) {
  const int roomiest = ban_insufficient_capacity(work, resource);
  prefer = prefer < 0 ? roomiest : prefer;
  const Weights& weights = work.weights(resource);
  const std::vector<int> nodes =
      sorted_nodes(work.state, work.placement, weights, current_node(work, resource));
  int chosen = -1;
  if (!nodes.empty()) {
    const bool suits = prefer >= 0 && weights.allowed[at(prefer)] != 0 &&
                       weights.score[at(prefer)] >= weights.score[at(nodes.front())] &&
                       weights.score[at(prefer)] >= 0 && work.is_available(prefer);
    chosen = suits ? prefer : prefer_current(work, resource, nodes);
  }
  assign_to(work, resource, chosen, false, stop_if_fail);
}

/// A remote node will be there if its connection will.
void foresee_remote_node(Assignment& work, int connection) {
  const int node = work.resource(connection).remote_node;
  if (node < 0) {
    return;
  }
  NodeOutlook& outlook = work.placement.nodes[at(node)];
  if (work.assigned_node(connection) >= 0 && work.next_role(connection) != Role::stopped) {
    outlook.online = true;
    outlook.unclean = outlook.unclean && !work.node(node).unseen;
  } else {
    outlook.shutdown = true;
  }
  const model::NodeState& host = work.node(node);
  work.placement.available[at(node)] = outlook.online && !outlook.unclean && !outlook.shutdown &&
                                       !host.standby && !host.standby_on_fail &&
                                       !host.maintenance && !host.pending;
}

bool without_fencing_device(const Assignment& work) {
  const auto& options = work.state.options;
  return options.fencing_enabled && !options.have_fencing_device && !options.have_watchdog;
}

}  // namespace

int assign_primitive(Assignment& work, int resource, int prefer, bool stop_if_fail) {
  const Resource& r = work.resource(resource);
  if (r.parent >= 0 && !work.of(r.parent).assigning) {
    return assign(work, r.parent, prefer, stop_if_fail);
  }
  if (work.of(resource).assigned || work.of(resource).assigning) {
    return work.of(resource).assigned ? work.assigned_node(resource) : -1;
  }
  work.of(resource).assigning = true;
  apply_colocations(work, resource);
  limit_role(work, resource);
  record_scores(work, resource, ScoreLine::Stage::primitive);
  if (without_fencing_device(work)) {
    work.placement.managed[at(resource)] = 0;
  }
  if (!work.managed(resource)) {
    work.next_role(resource) = std::max(r.role, Role::stopped);
    assign_to(work, resource, current_node(work, resource), true, stop_if_fail);
  } else if (work.state.options.stop_all_resources) {
    assign_to(work, resource, -1, true, stop_if_fail);
  } else if (!work.of(resource).assigned) {
    choose_node(work, resource, prefer, stop_if_fail);
  }
  work.of(resource).assigning = false;
  if (r.is_remote) {
    foresee_remote_node(work, resource);
  }
  return work.assigned_node(resource);
}

}  // namespace mainstay::scheduler
