// SPDX-License-Identifier: Apache-2.0
// Edges take effect: "required" and "cannot run" spread from action to action until nothing
// changes. Flags only move one way (required, not runnable, not migratable), so this ends; the
// first cause found is the reason that is given.
#include <algorithm>
#include <deque>
#include <limits>
#include <vector>

#include "core/scheduler/act/notifications.h"
#include "core/scheduler/act/plan.h"
#include "core/scheduler/place/colocation.h"

namespace mainstay::scheduler {

namespace {

using model::Role;
using model::Variant;

constexpr int kMaxDepth = 2000;  ///< of recursion; what lies deeper waits in a queue

struct Changes {
  bool first = false;
  bool then = false;
  Changes& operator|=(const Changes& other) {
    first = first || other.first;
    then = then || other.then;
    return *this;
  }
};

/// How often there were changes around the two actions of an edge.
struct Around {
  bool operator==(const Around&) const = default;
  unsigned first = std::numeric_limits<unsigned>::max();
  unsigned then = std::numeric_limits<unsigned>::max();
};

/// What makes an update differ: the state of an action's flags.
struct Snapshot {
  explicit Snapshot(const Action& action)
      : optional(action.optional),
        runnable(action.runnable),
        migratable(action.migratable),
        pseudo(action.pseudo) {}
  bool operator==(const Snapshot&) const = default;
  bool optional, runnable, migratable, pseudo;
};

class Propagation {
 public:
  explicit Propagation(Plan& plan) : plan_(plan) {}

  void run() {
    for (int index = plan_.table.size() - 1; index >= 0; --index) {
      block_dependents(index);
    }
    add_probe_orderings(plan_);
    for (int index = plan_.table.size() - 1; index >= 0; --index) {
      update(index);
      drain();
    }
  }

  void update(int then) {
    if (depth_ >= kMaxDepth) {
      waiting_.push_back(then);
      return;
    }
    ++depth_;
    update_now(then);
    --depth_;
  }

  void drain() {
    while (depth_ == 0 && !waiting_.empty()) {
      const int next = waiting_.front();
      waiting_.pop_front();
      update(next);
    }
  }

 private:
  Action& at(int index) { return plan_.table[index]; }

  void update_now(int then) {
    const Snapshot before(at(then));
    if (at(then).counts) {
      plan_.set(then, &Action::runnable, false);
      at(then).found = 0;
    }
    bool changed = false;
    // New edges may appear meanwhile; the newest are looked at first.
    for (int i = static_cast<int>(at(then).before.size()) - 1; i >= 0; --i) {
      const int edge = at(then).before[static_cast<std::size_t>(i)];
      const Changes changes = visit(edge, then);
      changed = changed || changes.then;
      if (changes.first) {
        const int first = stand_in(plan_, plan_.table.edge(edge).first, then);
        update_following(first);
        update(first);
      }
    }
    if (at(then).counts) {
      changed = !(before == Snapshot(at(then)));
    }
    if (changed) {
      if (before.runnable && !at(then).runnable) {
        block_dependents(then);
      }
      update(then);
      update_following(then);
    }
  }

  void update_following(int index) {
    // Edges that appear meanwhile are not looked at.
    for (std::size_t i = at(index).after.size(); i > 0; --i) {
      update(plan_.table.edge(at(index).after[i - 1]).then);
    }
  }

  int node_of(int index) {
    const Action& action = at(index);
    if (action.resource >= 0 && action.task == task::kStart &&
        plan_.resource(action.resource).variant == Variant::group) {
      return plan_.location(action.resource, false);
    }
    return action.node;
  }

  /// Looks at an edge, unless nothing has changed around it since it was looked at in vain.
  Changes visit(int index, int then) {
    const Edge edge = plan_.table.edge(index);
    const Around now = around(edge);
    const auto place = static_cast<std::size_t>(index);
    if (place >= in_vain_.size()) {
      in_vain_.resize(2 * place + 1);
    }
    if (in_vain_[place] == now) {
      return {};
    }
    const Changes changes = apply_edge(index, then);
    if (!changes.first && !changes.then && !at(then).counts && around(edge) == now) {
      in_vain_[place] = now;
    }
    return changes;
  }

  Around around(const Edge& edge) const {
    return {plan_.changes_around(edge.first), plan_.changes_around(edge.then)};
  }

  Changes apply_edge(int index, int then) {
    const Effects effects = plan_.table.edge(index).effects;
    if (effects == kNone) {
      return {};
    }
    const int named = plan_.table.edge(index).first;
    const int first_node = node_of(named);
    const int then_node = node_of(then);
    if (has(effects, kOnSameNode) && first_node >= 0 && then_node >= 0 && first_node != then_node) {
      plan_.table.edge(index).effects = kNone;
      return {};
    }
    if (has(effects, kThenCancelsFirst) && at(named).resource >= 0 && !at(then).optional) {
      plan_.set(named, &Action::optional, true);
      if (at(named).task == task::kReload) {
        plan_.reloading[static_cast<std::size_t>(at(named).resource)] = 0;
      }
    }
    const int first = stand_in(plan_, named, then);
    if (first != named) {
      const bool is_new = plan_.table.relate(first, then, effects);
      if (is_new) {
        plan_.table.edge(index).effects = kNone;  // the new edge stands for it from now on
      }
      return {false, is_new};
    }
    const Flags first_flags = flags_for_ordering(plan_, first, then_node);
    const Flags then_flags = flags_for_ordering(plan_, then, first_node);
    return apply(first, then, first_flags, then_flags, effects, index);
  }

  Changes apply(int first, int then, const Flags& first_flags, const Flags& then_flags,
                Effects effects, int edge) {
    int node = at(then).node;
    if (has(effects, kFirstRequiresThenOnNode)) {
      node = at(first).node;
      effects |= kFirstRequiresThen;
    }
    Changes changes = can_interleave(plan_, at(first), at(then))
                          ? interleave(first, then, node, effects)
                          : apply_each(first, then, node, first_flags, effects, edge);
    if (has(effects, kFirstBringsThen) && at(first).runnable && !first_flags.optional) {
      at(then).forced = true;
    }
    if (has(effects, kThenBringsFirst) && !then_flags.optional) {
      at(first).forced = true;
    }
    if (has(effects, kFirstRequiresThen | kThenRequiresFirst | kRestart)) {
      changes |= held_stop(first, then);
    }
    return changes;
  }

  Changes apply_each(int first, int then, int node, const Flags& flags, Effects effects, int edge) {
    Changes changes;
    const bool owned = at(then).resource >= 0;
    for_each_applied(effects, [&](Effects each) {
      if (each == kUnlessActive && !flags.runnable && plan_.is_active(at(first).resource)) {
        plan_.table.edge(edge).effects = kNone;
        return;
      }
      const Effects meant = each == kUnlessActive ? kFirstBlocksThen : each;
      changes |= (each == kThenRequiresFirst ? at(first).resource >= 0 : owned)
                     ? update_ordered(first, then, node, flags, meant)
                     : apply_to_node_action(then, flags, meant);
    });
    return changes;
  }

  /// A stop that failed and is left alone also holds what must come after it.
  Changes held_stop(int first, int then) {
    const int resource = at(first).resource;
    if (resource < 0 || plan_.managed(resource) || !plan_.resource(resource).blocked ||
        at(first).runnable || at(first).task != task::kStop) {
      return {};
    }
    return {false, plan_.set(then, &Action::runnable, false)};
  }

  /// Effects on actions of nodes, and on milestones.
  Changes apply_to_node_action(int then, const Flags& first_flags, Effects effect) {
    Action& it = at(then);
    bool changed = false;
    if (effect == kFirstRequiresThen && !first_flags.optional) {
      changed = plan_.set(then, &Action::optional, false);
    } else if (effect == kFirstBlocksThen && !first_flags.runnable) {
      changed = plan_.set(then, &Action::runnable, false);
    } else if (effect == kCounted && first_flags.runnable && ++it.found >= it.needed) {
      changed = plan_.set(then, &Action::runnable, true);
    }
    return {false, changed};
  }

  Changes update_ordered(int first, int then, int node, const Flags& flags, Effects effect) {
    if (effect == kOrdered) {
      return {};  // the order alone changes nothing
    }
    const int owner = at(then).resource;
    const int whose = effect == kThenRequiresFirst ? at(first).resource : owner;
    const Variant variant = plan_.resource(whose).variant;
    if (variant == Variant::primitive || owner < 0) {
      return update_pair(first, then, flags, effect);
    }
    Changes changes = update_pair(first, then, flags, effect);
    if (variant == Variant::group) {
      for (const int member : plan_.resource(owner).children) {
        const int action = plan_.table.find(member, at(then).task, node);
        if (action >= 0) {
          changes |= update_ordered(first, action, node, flags, effect);
        }
      }
      return changes;
    }
    for (const int instance : instances_of(plan_, owner)) {
      changes |= update_instance(instance, first, then, node, flags, effect);
    }
    return changes;
  }

  Changes update_instance(int instance, int first, int then, int node, const Flags& flags,
                          Effects effect) {
    const int action = plan_.table.find(instance, at(then).task, node);
    if (action < 0 || !flags_of(plan_, action, node).runnable) {
      return {};
    }
    const Changes changes = update_ordered(first, action, node, flags, effect);
    if (changes.then) {
      update_following(action);
    }
    return changes;
  }

  /// Every effect, between each instance and the one of the other collective that is with it.
  Changes interleave(int first, int then, int node, Effects effects) {
    Changes changes;
    // Of what is done, also where that was told of (confirmed-post_notify_stopped).
    const bool now =
        at(first).name.ends_with(task::kStopped) || at(first).name.ends_with(task::kDemoted);
    const std::string_view name = original_task(plan_, first);
    for (const int instance : instances_of(plan_, at(then).resource)) {
      const int partner =
          matching_instance(plan_, instance, at(first).resource, Role::unknown, now);
      if (partner < 0) {
        if (!now && has(effects, kFirstBlocksThen | kFirstRequiresThen) &&
            plan_.location(instance, false) >= 0) {
          plan_.leave_out(instance);
          changes.then = true;
        }
        continue;
      }
      const int one = instance_action(first, partner, name, node, true);
      const int other = instance_action(then, instance, at(then).task, node, false);
      if (one < 0 || other < 0) {
        continue;
      }
      for_each_applied(effects, [&](Effects each) {
        if (plan_.table.relate(one, other, each)) {
          changes |= {true, true};
        }
        changes |= update_ordered(one, other, node, flags_of(plan_, one, node), each);
      });
    }
    return changes;
  }

  int instance_action(int whole, int instance, std::string_view name, int node, bool as_first) {
    const int inside = plan_.inside(instance);
    if (inside >= 0 && is_about_inside(at(whole).task, as_first)) {
      return plan_.table.find(inside, name, -1);
    }
    return plan_.table.find(instance, name, node);
  }

  Changes update_pair(int first, int then, const Flags& flags, Effects effect) {
    const Snapshot first_before(at(first));
    const Snapshot then_before(at(then));
    apply_effect(plan_, first, then, flags, effect);
    Changes changes;
    changes.first = !(first_before == Snapshot(at(first)));
    changes.then = !(then_before == Snapshot(at(then)));
    if (changes.then && at(then).resource >= 0 && plan_.resource(at(then).resource).parent >= 0) {
      update(then);
    }
    return changes;
  }

  /// A mandatory colocation fails if the whole primary cannot reach the role.
  void block_dependents(int index) {
    const Action& action = at(index);
    const bool starts = action.task == task::kStart;
    if (action.runnable || action.resource < 0 || (!starts && action.task != task::kPromote)) {
      return;
    }
    const int top = plan_.top(action.resource);
    const int primary = plan_.is_bundled(top) ? plan_.resource(top).parent : top;
    if (some_part_may(plan_, primary, action.task)) {
      return;
    }
    for (const int filler : plan_.resource(primary).fillers) {
      if (starts && must_be_with_container(plan_.state, filler)) {
        forbid_dependent(filler, task::kStart, action.resource);
      }
    }
    for (const model::ColocationConstraint* colocation : dependents_of(plan_, primary)) {
      if (!starts && colocation->primary_role != Role::promoted) {
        continue;
      }
      const bool promotes = colocation->dependent_role == Role::promoted;
      forbid_dependent(colocation->dependent, promotes ? task::kPromote : task::kStart,
                       action.resource);
    }
  }

  void forbid_dependent(int dependent, std::string_view name, int cause) {
    const std::vector<int> own = plan_.table.of(dependent);
    std::for_each(own.rbegin(), own.rend(), [&](int action) {
      if (at(action).runnable && at(action).task == name) {
        plan_.set(action, &Action::runnable, false);
        plan_.explain(action, "colocation with " + plan_.resource(cause).id);
        block_dependents(action);
        update(action);
      }
    });
    for (const int child : plan_.resource(dependent).children) {
      forbid_dependent(child, name, cause);
    }
  }

  Plan& plan_;
  std::vector<Around> in_vain_;  ///< by edge: how it was around it when it last changed nothing
  int depth_ = 0;
  std::deque<int> waiting_;
};

}  // namespace

void settle(Plan& plan) {
  Propagation(plan).run();
}

}  // namespace mainstay::scheduler
