// SPDX-License-Identifier: Apache-2.0
// Orderings that the administrator asked for: "first, then" with its inverse, sets and their links,
// a minimum of instances, and what anti-colocation implies. Orderings between resources that can
// migrate also order their migrations.
#include <algorithm>
#include <array>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::OrderKind;
using model::Role;
using model::Variant;

enum class Direction { once, both, inverse };

std::string_view inverse_of(std::string_view name) {
  static constexpr auto kPairs = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{task::kStart, task::kStop},
       {task::kStop, task::kStart},
       {task::kPromote, task::kDemote},
       {task::kDemote, task::kPromote},
       {task::kRunning, task::kStopped},
       {task::kStopped, task::kRunning},
       {task::kPromoted, task::kDemoted},
       {task::kDemoted, task::kPromoted}});
  for (const auto& [from, to] : kPairs) {
    if (from == name) {
      return to;
    }
  }
  return name;
}

Effects effects_of(OrderKind kind, std::string_view first, Direction direction) {
  if (kind == OrderKind::serialize) {
    return kOrdered | kSerialized;
  }
  if (kind == OrderKind::optional) {
    return kOrdered;
  }
  switch (direction) {
    case Direction::once:
      return kOrdered | kAsymmetric;
    case Direction::inverse:
      return kOrdered | kThenRequiresFirst;
    case Direction::both:
      break;
  }
  const bool rises = first == task::kStart || first == task::kPromote;
  return kOrdered | kFirstRequiresThen | (rises ? Effects{kFirstBlocksThen} : Effects{kNone});
}

Direction forwards(bool symmetrical) {
  return symmetrical ? Direction::both : Direction::once;
}

class ConstraintOrderings {
 public:
  explicit ConstraintOrderings(Plan& plan) : plan_(plan) {}

  void add() {
    using Kind = model::OrderSource::Kind;
    for (const auto& [kind, index] : plan_.state.order_sequence) {
      const auto at = static_cast<std::size_t>(index);
      switch (kind) {
        case Kind::pair:
          add_pair(plan_.state.orders[at]);
          break;
        case Kind::sets:
          add_sets(plan_.state.order_sets[at]);
          break;
        case Kind::apart:
          keep_apart(plan_.state.colocations[at]);
          break;
      }
    }
  }

 private:
  void add_pair(const model::OrderConstraint& order) {
    if (order.first < 0 || order.then < 0) {
      return;
    }
    const model::Resource& first = plan_.resource(order.first);
    const Effects effects = effects_of(order.kind, order.first_task, forwards(order.symmetrical));
    int minimum = 0;
    if (first.variant == Variant::clone) {
      minimum = first.clone_min > 0 ? first.clone_min : (order.require_all ? 0 : 1);
    }
    if (minimum > 0) {
      const int enough = gate("clone-one-or-more:" + order.id, minimum);
      for (const int instance : first.children) {
        plan_.order({-1, instance, order.first_task}, {enough, -1, {}},
                    kCounted | kFirstBringsThen);
      }
      plan_.order({enough, -1, {}}, {-1, order.then, order.then_task}, effects | kFirstBlocksThen);
    } else {
      plan_.order(order.first, order.first_task, order.then, order.then_task, effects);
    }
    if (order.symmetrical) {
      plan_.order(order.then, inverse_of(order.then_task), order.first,
                  inverse_of(order.first_task),
                  effects_of(order.kind, order.first_task, Direction::inverse));
    }
  }

  /// Open once enough of what is counted can run.
  int gate(const std::string& name, int minimum) {
    const int made = plan_.milestone(name);
    plan_.table[made].counts = true;
    plan_.table[made].needed = std::max(1, minimum);
    return made;
  }

  void add_sets(const model::OrderSetConstraint& constraint) {
    const model::OrderSet* previous = nullptr;
    for (const model::OrderSet& set : constraint.sets) {
      add_within(set);
      if (previous != nullptr) {
        link(constraint, *previous, set, forwards(constraint.symmetrical));
        if (constraint.symmetrical) {
          link(constraint, set, *previous, Direction::inverse);
        }
      }
      previous = &set;
    }
  }

  void add_within(const model::OrderSet& set) {
    const std::string_view name = set.task;
    const Effects effects = effects_of(set.kind, name, forwards(set.symmetrical));
    if (set.kind == OrderKind::serialize) {
      for (std::size_t i = 0; i < set.resources.size(); ++i) {
        for (std::size_t later = i + 1; later < set.resources.size(); ++later) {
          plan_.order(set.resources[i], name, set.resources[later], name, effects);
        }
      }
      return;
    }
    if (!set.sequential) {
      return;
    }
    for (std::size_t i = 1; i < set.resources.size(); ++i) {
      plan_.order(set.resources[i - 1], name, set.resources[i], name, effects);
    }
    const std::string_view back = inverse_of(name);
    for (std::size_t i = 1; set.symmetrical && i < set.resources.size(); ++i) {
      plan_.order(set.resources[i], back, set.resources[i - 1], back,
                  effects_of(set.kind, back, Direction::inverse));
    }
  }

  void link(const model::OrderSetConstraint& constraint, const model::OrderSet& first,
            const model::OrderSet& then, Direction direction) {
    const bool inverse = direction == Direction::inverse;
    const std::string_view first_task = inverse ? inverse_of(first.task) : first.task;
    const std::string_view then_task = inverse ? inverse_of(then.task) : then.task;
    const Effects effects = effects_of(constraint.kind, first_task, direction);
    const bool falls = first_task == task::kStop || first_task == task::kDemote;
    if (!first.require_all && !falls) {
      const int any = gate("one-or-more:" + first.id, 1);
      for (const int resource : first.resources) {
        plan_.order({-1, resource, first_task}, {any, -1, {}}, kCounted | kFirstBringsThen);
      }
      for (const int resource : then.resources) {
        plan_.order({any, -1, {}}, {-1, resource, then_task}, effects | kFirstBlocksThen);
      }
      return;
    }
    const auto ends = [](const model::OrderSet& set, bool last) {
      return !set.ends_count
                 ? set.resources
                 : std::vector<int>{last ? set.resources.back() : set.resources.front()};
    };
    for (const int a : ends(first, !inverse)) {
      for (const int b : ends(then, inverse)) {
        plan_.order(a, first_task, b, then_task, effects);
      }
    }
  }

  void keep_apart(const model::ColocationConstraint& colocation) {
    keep_apart(colocation.dependent, colocation.dependent_role, colocation.primary,
               colocation.primary_role);
    keep_apart(colocation.primary, colocation.primary_role, colocation.dependent,
               colocation.dependent_role);
  }

  /// Whoever leaves its role on a node does so before the other takes its own there.
  void keep_apart(int leaving, Role lost, int coming, Role gained) {
    std::vector<std::string_view> firsts = {lost == Role::promoted ? task::kDemote : task::kStop};
    if (lost == Role::unpromoted) {
      firsts.push_back(task::kPromote);
    }
    std::vector<std::string_view> thens = {gained == Role::promoted ? task::kPromote
                                                                    : task::kStart};
    if (gained == Role::unpromoted) {
      thens.push_back(task::kDemote);
    }
    for (const auto first : firsts) {
      for (const auto then : thens) {
        plan_.order(leaving, first, coming, then, kIfRequiredOnSameNode);
      }
    }
  }

  Plan& plan_;
};

}  // namespace

void add_constraint_orderings(Plan& plan) {
  ConstraintOrderings(plan).add();
}

void Plan::order(const Endpoint& first, const Endpoint& then, Effects effects) {
  if (effects == kNone) {
    return;
  }
  Ordering ordering{first, then, effects};
  if (first.action >= 0 && first.resource < 0) {
    ordering.first.resource = table[first.action].resource;
  }
  if (then.action >= 0 && then.resource < 0) {
    ordering.then.resource = table[then.action].resource;
  }
  orderings.push_back(ordering);
  add_migration_equivalents(ordering);
}

void Plan::add_migration_equivalents(const Ordering& ordering) {
  const int first = ordering.first.resource;
  const int then = ordering.then.resource;
  if (first < 0 || then < 0 || first == then || resource(first).parent == then ||
      resource(then).parent == first || !resource(then).allow_migrate) {
    return;
  }
  const auto name_of = [&](const Endpoint& end) {
    return end.action >= 0 ? table[end.action].name : end.task;
  };
  const auto is = [&](std::string_view a, std::string_view b) {
    return name_of(ordering.first) == a && name_of(ordering.then) == b;
  };
  const bool both = resource(first).allow_migrate;
  const Effects strict = both ? kOrdered | kUnlessMigrating : Effects{kOrdered};
  const bool half_done = is_half_migrated(then);
  if (is(task::kStart, task::kStart)) {
    if (both) {
      order(first, task::kMigrateFrom, then, task::kMigrateTo, kOrdered);
    }
    order(first, task::kStart, then, task::kMigrateTo, strict);
  } else if (is(task::kStop, task::kStop)) {
    order(first, task::kStop, then, task::kMigrateTo, strict);
    if (half_done) {
      order(first, task::kStop, then, task::kMigrateFrom, strict);
    }
  } else if (is(task::kPromote, task::kStart)) {
    order(first, task::kPromote, then, task::kMigrateTo, kOrdered);
  } else if (is(task::kDemote, task::kStop)) {
    order(first, task::kDemote, then, task::kMigrateTo, kOrdered);
    if (half_done) {
      order(first, task::kDemote, then, task::kMigrateFrom, kOrdered);
    }
  }
}

}  // namespace mainstay::scheduler
