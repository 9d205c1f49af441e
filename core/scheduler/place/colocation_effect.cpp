// SPDX-License-Identifier: Apache-2.0
// What an assigned primary does to the node scores of its dependents. Pacemaker Explained,
// "Colocation".
#include <algorithm>
#include <cstring>
#include <map>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;
using model::Variant;

void apply_to_scores(Assignment& work, int dependent, int primary, const ColocationLink& link) {
  const int where = work.assigned_node(primary);
  if (where < 0 && link.score < 0) {
    return;  // kept apart from something that is nowhere
  }
  Weights changed = work.weights(dependent);
  static const std::string none;
  const std::string& value =
      where < 0 ? none : node_value(work, where, link.node_attribute, primary);
  for (int node = 0; node < work.node_count(); ++node) {
    int& score = changed.score[at(node)];
    if (changed.allowed[at(node)] == 0) {
      continue;
    }
    if (where < 0) {
      score = model::add_scores(-link.score, score);
    } else if (same_value(node_value(work, node, link.node_attribute, dependent), value)) {
      score = link.score < kInfinity ? model::add_scores(link.score, score) : score;
    } else if (link.score >= kInfinity) {
      score = -kInfinity;
    }
  }
  if (link.mandatory() || any_node_usable(work, changed)) {
    work.weights(dependent) = std::move(changed);
  }
}

/// Node -> what it adds to the dependent's score.
using NodesOfPrimary = std::map<int, int>;

void intersect_nodes(Assignment& work, int dependent, const NodesOfPrimary& nodes) {
  Weights& weights = work.weights(dependent);
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] == 0) {
      continue;
    }
    const auto found = nodes.find(node);
    weights.score[at(node)] = found == nodes.end()
                                  ? -kInfinity
                                  : model::add_scores(weights.score[at(node)], found->second);
  }
}

int apply_to_promoted(Assignment& work, int dependent, int clone, const ColocationLink& link) {
  if (work.of(dependent).assigned) {
    if (link.dependent_role != Role::promoted) {
      return 0;
    }
    const int partner = compatible_instance(work, dependent, clone, link.primary_role, false);
    int change = partner >= 0 ? link.score : 0;
    if (partner < 0 && link.score >= kInfinity) {
      change = -kInfinity;
    }
    int& priority = work.priority[at(dependent)];
    priority = model::add_scores(change, priority);
    return change;
  }
  NodesOfPrimary nodes;
  for (const int instance : work.children(clone)) {
    const int where = location_of(work, instance, false);
    if (where < 0 || role_of(work, instance, false) != link.primary_role) {
      continue;
    }
    nodes[where] = chosen_score(work, instance);
    if (link.score >= kInfinity) {
      continue;
    }
    const std::string& value = node_value(work, where, link.node_attribute, clone);
    Weights& weights = work.weights(dependent);
    for (int node = 0; node < work.node_count(); ++node) {
      if (weights.allowed[at(node)] != 0 &&
          same_value(value, node_value(work, node, link.node_attribute, dependent))) {
        weights.score[at(node)] = model::add_scores(weights.score[at(node)], link.score);
      }
    }
  }
  // Not for promoted with promoted: else the dependent's other instances could not start.
  if (link.score >= kInfinity &&
      (link.dependent_role != Role::promoted || link.primary_role != Role::promoted)) {
    intersect_nodes(work, dependent, nodes);
  }
  return 0;
}

int per_node(const Assignment& work, int collective) {
  return work.resource(collective).clone_node_max;
}

bool is_collective(const Resource& resource) {
  return resource.variant == Variant::clone || resource.variant == Variant::bundle;
}

bool interleaves(const Assignment& work, const ColocationLink& link) {
  return is_collective(work.resource(link.dependent)) &&
         is_collective(work.resource(link.primary)) && work.resource(link.dependent).interleave &&
         per_node(work, link.dependent) == per_node(work, link.primary);
}

int apply_with_clone(Assignment& work, int dependent, int clone, const ColocationLink& link) {
  if (!work.of(clone).assigned) {
    return 0;
  }
  if (work.resource(clone).promotable && link.primary_role != Role::unknown) {
    return apply_to_promoted(work, dependent, clone, link);
  }
  if (interleaves(work, link)) {
    const int partner = compatible_instance(work, dependent, clone, Role::unknown, false);
    if (partner >= 0) {
      return apply_link(work, dependent, partner, link, true);
    }
    if (link.score >= kInfinity) {
      assign_to(work, dependent, -1, true, true);
    }
    return 0;
  }
  if (link.score >= kInfinity) {
    NodesOfPrimary nodes;
    for (const int instance : work.children(clone)) {
      const int where = location_of(work, instance, false);
      if (where >= 0 && !any_blocked(work, instance)) {
        nodes[where] = 0;
      }
    }
    intersect_nodes(work, dependent, nodes);
    return 0;
  }
  int change = 0;
  for (const int instance : work.children(clone)) {
    change = model::add_scores(change, apply_link(work, dependent, instance, link, false));
  }
  return change;
}

/// The container that is where the dependent is or may be.
int compatible_container(const Assignment& work, int dependent, const Resource& bundle) {
  const auto container_on = [&](int node) {
    for (const model::BundleReplica& replica : bundle.replicas) {
      if (!any_blocked(work, replica.container) &&
          location_of(work, replica.container, false) == node) {
        return replica.container;
      }
    }
    return -1;
  };
  const int where = location_of(work, dependent, false);
  if (where >= 0) {
    return container_on(work.is_guest(where) ? host_of(work, where, false) : where);
  }
  for (const int node : sorted_nodes(work.state, work.placement, work.weights(dependent), -1)) {
    const int container = container_on(node);
    if (container >= 0) {
      return container;
    }
  }
  return -1;
}

int apply_with_bundle(Assignment& work, int dependent, int index, const ColocationLink& link) {
  const Resource& bundle = work.resource(index);
  if (!work.of(index).assigned) {
    return 0;
  }
  if (is_collective(work.resource(link.dependent))) {
    const int container = compatible_container(work, dependent, bundle);
    if (container >= 0) {
      return apply_link(work, dependent, container, link, true);
    }
    if (link.score >= kInfinity) {
      assign_to(work, dependent, -1, true, true);
    }
    return 0;
  }
  int change = 0;
  NodesOfPrimary nodes;
  for (const model::BundleReplica& replica : bundle.replicas) {
    if (link.score < kInfinity) {
      change =
          model::add_scores(change, apply_link(work, dependent, replica.container, link, false));
      continue;
    }
    const int where = location_of(work, replica.container, false);
    const bool in_role = link.primary_role < Role::promoted ||
                         (replica.child >= 0 && work.next_role(replica.child) >= Role::promoted);
    if (where >= 0 && in_role && !any_blocked(work, replica.container)) {
      nodes[where] = 0;
    }
  }
  if (link.score >= kInfinity) {
    intersect_nodes(work, dependent, nodes);
  }
  return change;
}

int apply_with_group(Assignment& work, int dependent, int group, const ColocationLink& link) {
  const Resource& g = work.resource(group);
  if (!work.of(group).assigned || g.children.empty()) {
    return 0;
  }
  if (g.colocated) {
    // A mandatory link needs the whole group, an optional one follows wherever it is.
    const int member = link.score >= kInfinity ? g.children.back() : g.children.front();
    return apply_link(work, dependent, member, link, false);
  }
  int change = 0;
  if (link.score < kInfinity) {
    for (const int member : g.children) {
      change = model::add_scores(change, apply_link(work, dependent, member, link, false));
    }
  }
  return change;
}

/// A change of the promotion priority of a member is one of the group.
int apply_group_with(Assignment& work, int group, int primary, const ColocationLink& link) {
  const Resource& g = work.resource(group);
  int change = 0;
  if (g.children.empty() || (!g.colocated && link.score >= kInfinity)) {
    return change;
  }
  for (const int member : g.children) {
    change = model::add_scores(change, apply_link(work, member, primary, link, true));
    if (g.colocated) {
      break;
    }
  }
  int& priority = work.priority[at(group)];
  priority = change == 0 ? priority : model::add_scores(change, priority);
  return change;
}

}  // namespace

int host_of(const Assignment& work, int guest, bool current) {
  const int container = work.resource(work.node(guest).remote_resource).container_index;
  if (!current) {
    return work.placement.node[at(container)];
  }
  const auto& nodes = work.resource(container).running_on;
  return nodes.empty() ? -1 : nodes.front();
}

const std::string& own_value(const Assignment& work, int node, const std::string& attribute) {
  static const std::string none;
  const model::NodeState& state = work.node(node);
  // A remote node is as nameless as any other until its state is recorded.
  if (attribute == "#uname" && state.type != model::NodeType::remote) {
    return state.name;
  }
  const auto found = state.attributes.find(attribute);
  return found == state.attributes.end() ? none : found->second;
}

bool same_value(const std::string& a, const std::string& b) {
  return strcasecmp(a.c_str(), b.c_str()) == 0;
}

void record_difference(Assignment& work, const ColocationLink& link, int resource,
                       ScoreReason::Kind kind, const Weights& before) {
  if (work.trace == nullptr) {
    return;
  }
  const Weights& now = work.weights(resource);
  const int other = kind == ScoreReason::Kind::colocation ? link.primary : link.dependent;
  for (int node = 0; node < work.node_count(); ++node) {
    const int old = before.score[at(node)];
    const int score = now.score[at(node)];
    if (old != score && now.allowed[at(node)] != 0) {
      const int difference = score <= -kInfinity ? -kInfinity : score - old;
      work.trace->reasons.push_back({kind, resource, node, difference, link.id, other});
    }
  }
}

int apply_link(Assignment& work, int dependent, int primary, const ColocationLink& link,
               bool for_dependent) {
  const Variant variant = work.resource(for_dependent ? dependent : primary).variant;
  if (for_dependent) {
    if (variant == Variant::group) {
      return apply_group_with(work, dependent, primary, link);
    }
    return variant == Variant::primitive ? apply_link(work, dependent, primary, link, false) : 0;
  }
  if (variant == Variant::clone) {
    return apply_with_clone(work, dependent, primary, link);
  }
  if (variant == Variant::group) {
    return apply_with_group(work, dependent, primary, link);
  }
  if (variant == Variant::bundle) {
    return apply_with_bundle(work, dependent, primary, link);
  }
  if (variant == Variant::primitive) {
    const LinkEffect effect = effect_of(work, dependent, primary, link, false);
    if (effect == LinkEffect::role) {
      return apply_to_priority(work, dependent, primary, link);
    }
    if (effect == LinkEffect::location) {
      apply_to_scores(work, dependent, primary, link);
    }
  }
  return 0;
}

}  // namespace mainstay::scheduler
