// SPDX-License-Identifier: Apache-2.0
// What each node means for each resource before anything is placed: bans from the history, shutdown
// locks, location constraints, stickiness, failures at migration-threshold, exclusive discovery.
// Pacemaker Explained, "Resource Constraints" and "Failure Response".
#include <algorithm>

#include "core/scheduler/place/assignment.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::LocationConstraint;
using model::Resource;
using model::Role;
using model::Variant;
using Kind = ScoreReason::Kind;

void record(Assignment& work, int resource, int node, int score, Kind kind,
            const std::string& source) {
  if (work.trace != nullptr && score != 0) {
    work.trace->reasons.push_back({kind, resource, node, score, source, -1});
  }
}

void add_own_score(Assignment& work, int resource, int node, int score, Kind kind,
                   const std::string& source) {
  Weights& weights = work.weights(resource);
  int& own = weights.score[at(node)];
  if (weights.allowed[at(node)] == 0) {
    // A node that comes in later starts with what it is worth for everybody.
    weights.allowed[at(node)] = 1;
    own = kind == Kind::location ? 0 : work.late_score(node);
  }
  own = model::add_scores(own, score);
  record(work, resource, node, score, kind, source);
}

/// A location of a group counts once: for its first member; the others only come to know the node.
void apply_location(Assignment& work, int resource, const LocationConstraint& location,
                    bool with_score) {
  const Resource& r = work.resource(resource);
  if (location.role == Role::unknown || location.role == work.next_role(resource)) {
    for (const auto& [node, score] : location.nodes) {
      add_own_score(work, resource, node, with_score ? score : 0, Kind::location, location.id);
    }
  }
  if (r.variant == Variant::bundle) {
    for (const model::BundleReplica& replica : r.replicas) {
      apply_location(work, replica.container, location, with_score);
      if (replica.ip >= 0) {
        apply_location(work, replica.ip, location, with_score);
      }
    }
    return;
  }
  for (const int child : r.children) {
    apply_location(work, child, location, with_score);
    if (r.variant == Variant::group && r.colocated) {
      with_score = false;
    }
  }
}

bool failures_are_cleared(const Assignment& work, int resource, int node) {
  const auto& demands = work.state.demands;
  return std::any_of(demands.begin(), demands.end(), [&](const model::HistoryDemand& demand) {
    return demand.kind == model::HistoryDemand::Kind::clear_failcount &&
           demand.resource == resource && demand.node == node;
  });
}

void apply_stickiness(Assignment& work, int resource) {
  const Resource& r = work.resource(resource);
  if (!work.managed(resource) || r.stickiness < 1 || r.running_on.size() != 1) {
    return;
  }
  const int node = r.running_on.front();
  if (work.state.options.symmetric || work.weights(resource).allowed[at(node)] != 0) {
    add_own_score(work, resource, node, r.stickiness, Kind::stickiness, r.id);
  }
}

void apply_fail_limits(Assignment& work, int resource) {
  const Resource& r = work.resource(resource);
  for (int node = 0; node < work.node_count(); ++node) {
    if (!work.node(node).fail_counts.empty() && !failures_are_cleared(work, resource, node) &&
        reaches_fail_limit(work, resource, node)) {
      add_score(work, r.unique ? resource : top_of(work, resource), node, -kInfinity,
                Kind::fail_limit, r.id);
    }
  }
}

/// A resource locked to a node that shuts down cleanly may run nowhere else meanwhile.
void apply_shutdown_lock(Assignment& work, int resource) {
  const int lock = shutdown_lock_of(work.state, resource);
  for (int node = 0; node < work.node_count() && lock >= 0; ++node) {
    if (node != lock) {
      add_score(work, resource, node, -kInfinity, Kind::shutdown_lock, work.node(lock).name);
    }
  }
}

/// Nodes that an exclusive discovery leaves out are banned.
void apply_exclusive_discovery(Assignment& work, int resource, const std::vector<char>& named) {
  if (!work.resource(resource).exclusive_discovery &&
      !work.resource(top_of(work, resource)).exclusive_discovery) {
    return;
  }
  Weights& weights = work.weights(resource);
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] != 0 && named[at(node)] == 0) {
      weights.score[at(node)] = -kInfinity;
      record(work, resource, node, -kInfinity, Kind::discovery, "");
    }
  }
  for (const int child : work.resource(resource).children) {
    apply_exclusive_discovery(work, child, named);
  }
}

void apply_exclusive_discovery(Assignment& work) {
  std::map<int, std::vector<char>> named;
  for (const LocationConstraint& location : work.state.locations) {
    if (location.discovery == "exclusive" && location.resource >= 0) {
      auto& nodes = named[location.resource];
      nodes.resize(work.state.nodes.size(), 0);
      for (const auto& [node, score] : location.nodes) {
        nodes[at(node)] = 1;
      }
    }
  }
  for (const auto& [resource, nodes] : named) {
    apply_exclusive_discovery(work, resource, nodes);
  }
}

void ban_remote_nodes(Assignment& work, int resource) {
  Weights& weights = work.weights(resource);
  // A bundle's connection avoids even nodes whose own connections were removed.
  const bool any = work.resource(resource).container_nested;
  for (int node = 0; node < work.node_count(); ++node) {
    const bool remote = any ? work.node(node).type == model::NodeType::remote
                            : work.node(node).remote_resource >= 0;
    if (remote && weights.allowed[at(node)] != 0) {
      weights.score[at(node)] = -kInfinity;
    }
  }
}

/// Connections and fence devices run on members only, guests too (no nesting), except bundles; what
/// is configured into a remote node's container runs there only. What is not managed may be
/// anywhere.
void avoid_remote_nodes(Assignment& work, int resource) {
  const Resource& r = work.resource(resource);
  if (!r.managed) {
    return;
  }
  if (r.is_remote || r.agent.standard == "stonith") {
    ban_remote_nodes(work, resource);
  }
  if (r.container_index < 0) {
    return;
  }
  if (r.is_remote) {
    if (!r.container_nested) {
      ban_remote_nodes(work, r.container_index);
    }
    return;
  }
  const int connection = connection_of_container(work.state, r.container_index);
  for (int node = 0; node < work.node_count() && connection >= 0; ++node) {
    if (work.node(node).remote_resource != connection) {
      add_score(work, resource, node, -kInfinity, Kind::location, "container");
    }
  }
}

}  // namespace

int shutdown_lock_of(const model::ClusterState& state, int index) {
  const Resource& r = state.resources[at(index)];
  if (!state.options.shutdown_lock || !may_be_locked(state, index)) {
    return -1;
  }
  if (r.lock_node >= 0) {
    return r.running_on.empty() ? r.lock_node : -1;
  }
  if (r.running_on.size() != 1) {
    return -1;
  }
  const model::NodeState& host = state.nodes[at(r.running_on.front())];
  return host.shutdown && !host.unclean ? r.running_on.front() : -1;
}

bool reaches_fail_limit(const Assignment& work, int resource, int node) {
  const Resource& r = work.resource(resource);
  if (r.migration_threshold <= 0 || r.failure_ignored) {
    return false;
  }
  int count = effective_fail_count(work.state, resource, node);
  // The connection to a bundle's container may be held by another node than the container.
  if (r.parent < 0 || work.resource(r.parent).variant != Variant::bundle) {
    for (const int filler : r.fillers) {
      count = model::add_scores(count, effective_fail_count(work.state, filler, node));
    }
  }
  return count > 0 && count >= r.migration_threshold;
}

void add_score(Assignment& work, int resource, int node, int score, Kind kind,
               const std::string& source) {
  for (const int child : work.resource(resource).children) {
    add_score(work, child, node, score, kind, source);
  }
  if (node >= 0) {
    add_own_score(work, resource, node, score, kind, source);
    return;
  }
  for (int each = 0; each < work.node_count(); ++each) {
    add_own_score(work, resource, each, score, kind, source);
  }
}

void apply_node_criteria(Assignment& work) {
  for (const LocationConstraint& ban : work.state.history_locations) {
    for (const auto& [node, score] : ban.nodes) {
      add_score(work, ban.resource, node, score, Kind::history, ban.id);
    }
  }
  const int count = static_cast<int>(work.state.resources.size());
  for (int i = 0; i < count; ++i) {
    apply_shutdown_lock(work, i);
  }
  for (const LocationConstraint& location : work.state.locations) {
    if (location.resource >= 0) {
      apply_location(work, location.resource, location, true);
    }
  }
  for (int i = 0; i < count; ++i) {
    if (work.resource(i).children.empty()) {
      apply_stickiness(work, i);
      apply_fail_limits(work, i);
    }
  }
  apply_exclusive_discovery(work);
  for (int i = 0; i < count && work.state.options.have_remotes; ++i) {
    avoid_remote_nodes(work, i);
  }
}

}  // namespace mainstay::scheduler
