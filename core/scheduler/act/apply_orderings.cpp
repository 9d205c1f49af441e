// SPDX-License-Identifier: Apache-2.0
// Orderings become edges between actions. A mandatory ordering after something that nobody plans
// gets an action that cannot run in its place, so that what waits for it is blocked, with a reason.
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Role;

/// Stands for an action that is not planned; -1 if its absence means nothing.
int placeholder(Plan& plan, const Endpoint& end) {
  const Role role = plan.current_role_of(end.resource);
  if ((role == Role::stopped && end.task == task::kStop) ||
      (role == Role::unpromoted && end.task == task::kDemote)) {
    return -1;
  }
  return plan.want(end.resource, end.task, -1, true);
}

void apply(Plan& plan, const Ordering& ordering) {
  Indices firsts = plan.table.meant_by(ordering.first);
  if (firsts.empty() && ordering.first.resource >= 0) {
    if (ordering.first.resource == ordering.then.resource) {
      return;
    }
    const int made = placeholder(plan, ordering.first);
    if (made < 0) {
      return;
    }
    firsts.push_back(made);
  }
  const Indices thens = plan.table.meant_by(ordering.then);
  for (const int first : firsts) {
    Effects effects = ordering.effects;
    // The stop that ends a migration does not restart what was migrated.
    if (plan.table[first].cleans_migration &&
        ordering.then.resource == plan.table[first].resource) {
      effects &= ~Effects{kFirstRequiresThen};
    }
    for (const int then : thens) {
      plan.table.relate(first, then, effects);
    }
  }
}

/// Whether `first` has to wait for `then` through others: the edge would close a circle.
bool closes_circle(const Plan& plan, const Edge& edge) {
  if (!is_input(plan, edge)) {
    return false;
  }
  std::vector<char> seen(static_cast<std::size_t>(plan.table.size()), 0);
  std::vector<int> open{edge.first};
  while (!open.empty()) {
    const int index = open.back();
    open.pop_back();
    for (const int before : plan.table[index].before) {
      const Edge& known = plan.table.edge(before);
      if (!is_input(plan, known)) {
        continue;
      }
      if (known.first == edge.then) {
        return true;
      }
      char& mark = seen[static_cast<std::size_t>(known.first)];
      if (mark == 0) {
        mark = 1;
        open.push_back(known.first);
      }
    }
  }
  return false;
}

bool is_invalid(const Plan& plan, const Edge& edge) {
  const Action& first = plan.table[edge.first];
  const Action& then = plan.table[edge.then];
  if (first.resource < 0 && edge.effects != kOnSameNodeOrTarget) {
    return false;
  }
  if (first.resource >= 0 && then.resource >= 0 && first.node >= 0 && plan.is_guest(first.node) &&
      !has(edge.effects, kGuestAllowed)) {
    const int connection = plan.node(first.node).remote_resource;
    return plan.resource(connection).container_index == then.resource;
  }
  return edge.effects == kOnSameNodeOrTarget && then.task == task::kMigrateTo &&
         closes_circle(plan, edge);
}

}  // namespace

void apply_orderings(Plan& plan) {
  for (std::size_t i = 0; i < plan.orderings.size(); ++i) {
    const Ordering ordering = plan.orderings[i];
    apply(plan, ordering);
  }
  settle(plan);
  for (int index = plan.table.size() - 1; index >= 0; --index) {
    for (const int edge : plan.table[index].before) {
      if (is_invalid(plan, plan.table.edge(edge))) {
        plan.table.edge(edge).effects = kNone;
      }
    }
  }
}

}  // namespace mainstay::scheduler
