// SPDX-License-Identifier: Apache-2.0
// Which instance of a clone is served first, and which instance belongs to another resource's node.
#include <algorithm>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::Resource;
using model::Role;

/// Negative if the first is true and the second is not.
int prefer_true(bool a, bool b) {
  return static_cast<int>(b) - static_cast<int>(a);
}

int instance_number(const Resource& instance) {
  const auto colon = instance.id.rfind(':');
  return colon == std::string::npos ? -1 : std::atoi(instance.id.c_str() + colon + 1);
}

bool did_fail(const Assignment& work, int resource) {
  const auto& children = work.children(resource);
  return work.resource(resource).failed ||
         std::any_of(children.begin(), children.end(),
                     [&](int child) { return did_fail(work, child); });
}

/// Whether the instance may be where it runs; if not, it counts as not running.
bool is_allowed(const Assignment& work, int instance, int& node) {
  if (node < 0) {
    return true;
  }
  const Weights& weights = work.weights(instance);
  if (weights.allowed[at(node)] != 0 && weights.score[at(node)] >= 0) {
    return true;
  }
  node = -1;
  return false;
}

/// What all colocations together make of the node on which an instance runs; one that is about to
/// be left is bad from the outset.
int colocated_score(Assignment& work, int instance, int node) {
  Weights nodes(work.state.nodes.size(), 0, false);
  nodes.allowed[at(node)] = 1;
  nodes.score[at(node)] = work.late_score(node);
  const auto factor = [](const ColocationLink& link) {
    return static_cast<float>(link.score) / static_cast<float>(model::kInfinity);
  };
  for (const int index : links_with_others(work, instance)) {
    const ColocationLink& link = work.colocations[index];
    add_colocated_scores(work, link.primary, instance, &link, factor(link), {}, nodes);
  }
  PullMode mode;
  mode.nonnegative = true;
  for (const int index : links_with_this(work, instance)) {
    const ColocationLink& link = work.colocations[index];
    if (has_influence(work, link, instance)) {
      add_colocated_scores(work, link.dependent, instance, &link, factor(link), mode, nodes);
    }
  }
  return nodes.score[at(node)];
}

int compare_colocated(Assignment& work, int a, int b) {
  const int score_a = colocated_score(work, a, current_node(work, a));
  const int score_b = colocated_score(work, b, current_node(work, b));
  return score_a == score_b ? 0 : (score_a < score_b ? 1 : -1);
}

/// Where both run allowed: how good the places are.
int compare_places(Assignment& work, int a, int b, int node_a, int node_b) {
  if (const int rc = prefer_true(work.is_available(node_a), work.is_available(node_b)); rc != 0) {
    return rc;
  }
  const int parent = work.resource(a).parent;
  const Weights& around = work.weights(parent);
  const bool allowed_a = around.allowed[at(node_a)] != 0;
  const bool allowed_b = around.allowed[at(node_b)] != 0;
  if (!allowed_a || !allowed_b) {
    return prefer_true(allowed_a, allowed_b);
  }
  const auto& counts = work.instances[at(parent)];
  if (counts[at(node_a)] != counts[at(node_b)]) {
    return counts[at(node_a)] < counts[at(node_b)] ? -1 : 1;
  }
  if (const int rc = prefer_true(!did_fail(work, a), !did_fail(work, b)); rc != 0) {
    return rc;
  }
  if (const int rc = compare_colocated(work, a, b); rc != 0) {
    return rc;
  }
  const int number_a = instance_number(work.resource(a));
  const int number_b = instance_number(work.resource(b));
  return number_a == number_b ? 0 : (number_a < number_b ? -1 : 1);
}

bool matches(const Assignment& work, int instance, int node, Role role, bool current) {
  return (role == Role::unknown || role == role_of(work, instance, current)) &&
         !any_blocked(work, instance) && location_of(work, instance, current) == node;
}

int instance_on(const Assignment& work, int collective, int node, Role role, bool current) {
  for (const int instance : work.children(collective)) {
    if (matches(work, instance, node, role, current)) {
      return instance;
    }
  }
  return -1;
}

}  // namespace

int compare_instances(Assignment& work, int a, int b) {
  int count_a = 0;
  int count_b = 0;
  int node_a = current_node(work, a, &count_a);
  int node_b = current_node(work, b, &count_b);
  if (count_a > 0 && count_b > 0 && count_a != count_b) {
    return count_a < count_b ? -1 : 1;
  }
  const bool allowed_a = is_allowed(work, a, node_a);
  const bool allowed_b = is_allowed(work, b, node_b);
  if (allowed_a != allowed_b) {
    return prefer_true(allowed_a, allowed_b);
  }
  if (work.priority[at(a)] != work.priority[at(b)]) {
    return work.priority[at(a)] > work.priority[at(b)] ? -1 : 1;
  }
  if (node_a < 0 || node_b < 0) {
    return prefer_true(node_a >= 0, node_b >= 0);
  }
  return compare_places(work, a, b, node_a, node_b);
}

int compatible_instance(const Assignment& work, int match, int collective, Role role,
                        bool current) {
  const int where = location_of(work, match, current);
  if (where >= 0) {
    return instance_on(work, collective, where, role, current);
  }
  for (const int node : sorted_nodes(work.state, work.placement, work.weights(match), -1)) {
    const int found = instance_on(work, collective, node, role, current);
    if (found >= 0) {
      return found;
    }
  }
  return -1;
}

}  // namespace mainstay::scheduler
