// SPDX-License-Identifier: Apache-2.0
// The working state of the assignment: what is where, and putting something somewhere.
#include "core/scheduler/place/assignment.h"

#include <algorithm>

#include "core/scheduler/read/fenceable.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;
using model::Variant;

/// Every node on which a resource or a member is (or will be), each once, in the order of members.
void collect_nodes(const Assignment& work, int resource, bool current, std::vector<int>& nodes) {
  const auto add = [&](int node) {
    if (node >= 0 && std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
      nodes.push_back(node);
    }
  };
  if (!work.children(resource).empty()) {
    for (const int child : work.children(resource)) {
      collect_nodes(work, child, current, nodes);
    }
  } else if (current) {
    for (const int node : work.resource(resource).running_on) {
      add(node);
    }
  } else {
    add(work.placement.node[at(resource)]);
  }
}

void put(Assignment& work, int resource, int node) {
  work.assigned_node(resource) = node;
  ++work.placement.load[at(node)];
  take_capacity(work, node, resource);
}

}  // namespace

Assignment::Assignment(const model::ClusterState& cluster, PlacementTrace* record)
    : state(cluster), trace(record), colocations(link_resources(cluster)) {
  const std::size_t count = state.resources.size();
  const std::size_t hosts = state.nodes.size();
  placement.node.assign(count, -1);
  placement.role.assign(count, Role::unknown);
  placement.managed.assign(count, 1);
  placement.left_out.assign(count, 0);
  Weights base(hosts, 0, state.options.symmetric);
  for (std::size_t node = 0; node < hosts; ++node) {
    base.score[node] = state.nodes[node].base_score;
  }
  placement.weights.assign(count, base);
  placement.promotion.assign(count, 0);
  placement.top_level = state.top_level;
  progress.resize(count);
  instances.resize(count);
  chosen_score.assign(count, 0);
  placement.load.assign(hosts, 0);
  for (const Resource& resource : state.resources) {
    const auto index = static_cast<std::size_t>(&resource - state.resources.data());
    placement.children.push_back(resource.children);
    priority.push_back(resource.priority);
    const auto target = resource.meta.find("container-attribute-target");
    reads_host.push_back(target != resource.meta.end() && target->second == "host" ? 1 : 0);
    placement.role[index] = resource.next_role;
    placement.managed[index] = resource.managed && !resource.blocked ? 1 : 0;
    if (!resource.children.empty()) {
      instances[index].assign(hosts, 0);
    }
    if (resource.is_remote && !resource.container.empty()) {
      // Where its container may be is said of that; the connection itself may be anywhere.
      placement.weights[index].allowed.assign(hosts, 1);
    }
  }
  allow_bundle_nodes();
  for (std::size_t i = 0; i < state.locations.size(); ++i) {
    if (state.locations[i].role == Role::promoted) {
      promoted_locations.push_back(static_cast<int>(i));
    }
  }
  for (const model::NodeState& each : state.nodes) {
    placement.available.push_back(scheduler::is_available(each) ? 1 : 0);
    all_named = all_named && each.attributes.find("#uname") != each.attributes.end();
    placement.nodes.push_back({each.online, each.unclean, each.shutdown});
    auto& free = placement.free_capacity.emplace_back();
    for (const auto& [name, value] : each.utilization) {
      free[name] = std::atoi(value.c_str());
    }
  }
}

int Assignment::late_score(int index) const {
  const model::NodeState& host = node(index);
  const bool stays = host.type == model::NodeType::remote || (host.online && !host.shutdown);
  return stays ? host.base_score : -kInfinity;
}

void Assignment::allow_bundle_nodes() {
  for (int node = 0; node < node_count(); ++node) {
    const model::NodeState& host = this->node(node);
    if (!host.of_bundle && !host.of_removed) {
      continue;
    }
    // Resources that were there before a configured node became the bundle's know it, as banned.
    const int connection = host.of_bundle && host.configured ? host.remote_resource : -1;
    for (std::size_t i = 0; i < placement.weights.size(); ++i) {
      const Resource& resource = state.resources[i];
      const int index = static_cast<int>(i);
      const bool before = index < connection && resource.variant != Variant::bundle;
      // Where nothing may run unless that is said, connections still know the nodes that are there.
      const bool connects = resource.is_remote && !resource.container.empty() && host.of_bundle &&
                            index >= host.remote_resource;
      placement.weights[i].allowed[at(node)] = state.options.symmetric ? before : connects;
    }
  }
  for (const Resource& bundle : state.resources) {
    for (const model::BundleReplica& replica : bundle.replicas) {
      if (replica.child < 0) {
        continue;
      }
      Weights& child = weights(replica.child);
      std::fill(child.allowed.begin(), child.allowed.end(), 0);
      child.allowed[at(replica.node)] = 1;
      child.score[at(replica.node)] = 500;
      weights(bundle.bundled).allowed[at(replica.node)] = 1;
      weights(bundle.bundled).score[at(replica.node)] = -kInfinity;
    }
  }
}

bool Assignment::is_guest(int index) const {
  return scheduler::is_guest(state, index);
}

int top_of(const Assignment& work, int resource) {
  return top_below_bundle(work.state, resource);
}

int location_of(const Assignment& work, int resource, bool current) {
  std::vector<int> nodes;
  collect_nodes(work, resource, current, nodes);
  return nodes.size() == 1 ? nodes.front() : -1;
}

int current_node(const Assignment& work, int resource, int* count) {
  const Resource& r = work.resource(resource);
  const std::vector<int>& nodes = r.running_on;
  if (count != nullptr) {
    *count = static_cast<int>(nodes.size());
  }
  const auto clean = [&](int node) { return work.node(node).online && !work.node(node).unclean; };
  int best = -1;
  for (const int node : nodes) {
    if (r.partial_migration_source >= 0) {
      if (node == r.partial_migration_source) {
        return node;
      }
    } else if (r.requirement < model::Requires::fencing && clean(node) &&
               (best < 0 || !clean(best))) {
      best = node;
    }
    best = best < 0 ? node : best;
  }
  return best;
}

Role role_of(const Assignment& work, int resource, bool current) {
  Role role = Role::unknown;
  if (work.resource(resource).variant == Variant::primitive) {
    return current ? work.resource(resource).role : work.placement.role[at(resource)];
  }
  for (const int child : work.children(resource)) {
    role = std::max(role, role_of(work, child, current));
  }
  return role;
}

bool any_blocked(const Assignment& work, int resource) {
  const auto& children = work.children(resource);
  return work.resource(resource).blocked ||
         std::any_of(children.begin(), children.end(),
                     [&](int child) { return any_blocked(work, child); });
}

int chosen_score(const Assignment& work, int resource) {
  if (work.children(resource).empty()) {
    return work.chosen_score[at(resource)];
  }
  for (const int child : work.children(resource)) {
    if (location_of(work, child, false) >= 0) {
      return chosen_score(work, child);
    }
  }
  return 0;
}

bool any_node_usable(const Assignment& work, const Weights& weights) {
  for (std::size_t node = 0; node < weights.score.size(); ++node) {
    if (weights.allowed[node] != 0 && weights.score[node] >= 0 &&
        work.placement.available[node] != 0) {
      return true;
    }
  }
  return false;
}

void unassign(Assignment& work, int resource) {
  work.of(resource).assigned = false;
  if (!work.children(resource).empty()) {
    for (const int child : work.children(resource)) {
      unassign(work, child);
    }
    return;
  }
  const int old = work.assigned_node(resource);
  if (old < 0) {
    return;
  }
  work.assigned_node(resource) = -1;
  --work.placement.load[at(old)];
  give_back_capacity(work, old, resource);
}

void assign_to(Assignment& work, int resource, int node, bool force, bool stop_if_fail) {
  if (!work.children(resource).empty()) {
    for (const int child : work.children(resource)) {
      assign_to(work, child, node, force, stop_if_fail);
    }
    return;
  }
  if (!force && node >= 0 &&
      (work.weights(resource).score[at(node)] < 0 ||
       (!work.is_available(node) && !work.is_guest(node)))) {
    if (stop_if_fail) {
      work.next_role(resource) = Role::stopped;
    }
    node = -1;
  }
  unassign(work, resource);
  work.of(resource).assigned = true;
  if (node >= 0) {
    put(work, resource, node);
    // What just stays where it is was not chosen for its score.
    work.chosen_score[at(resource)] = force ? 0 : work.weights(resource).score[at(node)];
  } else if (stop_if_fail) {
    work.next_role(resource) = Role::stopped;
    work.placement.left_out[at(resource)] = 1;
  }
}

void record_scores(Assignment& work, int resource, ScoreLine::Stage stage) {
  if (work.trace == nullptr || work.resource(resource).removed) {
    return;
  }
  const Weights& weights = work.weights(resource);
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] != 0) {
      work.trace->lines.push_back({stage, resource, node, weights.score[at(node)]});
    }
  }
  for (const int child : work.children(resource)) {
    record_scores(work, child, stage);
  }
}

}  // namespace mainstay::scheduler
