// SPDX-License-Identifier: Apache-2.0
// A primitive's way from its role to the next: stopped, started, unpromoted, promoted, one step at
// a time. What moves or restarts goes down to stopped and up again; every step on the way exists at
// least as an optional action, so that an ordering can make it required.
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::MultipleActive;
using model::Requires;
using model::Role;

/// The role one step nearer to `target`.
Role step_towards(Role from, Role target) {
  if (from == Role::promoted) {
    return target == Role::promoted  ? Role::promoted
           : target <= Role::stopped ? Role::stopped
                                     : Role::unpromoted;
  }
  if (from == Role::unpromoted) {
    return target >= Role::unpromoted ? target : Role::stopped;
  }
  if (from == Role::started) {
    return target <= Role::stopped ? Role::stopped : target;
  }
  return target <= Role::stopped   ? Role::stopped
         : target == Role::started ? Role::started
                                   : Role::unpromoted;
}

class RoleChange {
 public:
  RoleChange(Plan& plan, int index)
      : plan_(plan),
        index_(index),
        resource_(plan.resource(index)),
        home_(plan.home(index)),
        role_(plan.role(index)),
        next_(plan.next_role(index)) {}

  void add() {
    judge();
    restart();
    change_role();
    add_recurring_actions(plan_, index_);
    if (migrates_) {
      add_migration(plan_, index_, current_);
    }
  }

 private:
  void judge() {
    for (const int source : resource_.dangling_migrations) {
      const int stop = plan_.want(index_, task::kStop, source, false);
      plan_.table[stop].cleans_migration = true;
      if (plan_.state.options.remove_after_stop) {
        clean_up(plan_, index_, source, false);
      }
    }
    current_ = plan_.current(index_);
    const bool moving = current_ >= 0 && home_ >= 0 && current_ != home_ && next_ >= Role::started;
    if (moving) {
      migrates_ = can_migrate(plan_, index_, current_);
      must_stop_ = true;
    }
    judge_several();
    if (resource_.start_pending || (plan_.start_again[at(index_)] != 0 && home_ >= 0)) {
      plan_.table[plan_.want(index_, task::kStart, home_, true)].forced = true;
    }
    if (moving) {
      return;
    }
    if (resource_.failed) {
      if (resource_.stop_if_failed) {
        must_stop_ = true;
      } else if (next_ == Role::promoted) {
        must_promote_ = true;
      }
    } else if (resource_.blocked) {
      must_stop_ = true;
    } else if (role_ > Role::started && current_ >= 0 && home_ >= 0) {
      must_stop_ =
          must_stop_ || !plan_.table[plan_.want(index_, task::kStart, home_, true)].optional;
    }
  }

  /// Active on several nodes: half way through a migration, or by mistake.
  void judge_several() {
    const std::size_t active = resource_.running_on.size();
    const std::size_t clean = static_cast<std::size_t>(
        std::count_if(resource_.running_on.begin(), resource_.running_on.end(),
                      [&](int n) { return plan_.is_online(n) && !plan_.is_unclean(n); }));
    const int source = resource_.partial_migration_source;
    const int target = resource_.partial_migration_target;
    bool several = false;
    if (source >= 0 && target >= 0 && migrates_ && active == 2 && current_ == source &&
        home_ == target) {
      // It goes on.
    } else if (source >= 0 || target >= 0) {
      plan_.gave_up_migration[at(index_)] = 1;
      must_stop_ = true;
      migrates_ = false;
    } else if (resource_.requirement >= Requires::fencing) {
      several = active > 1;
    } else {
      several = clean > 1;
    }
    if (several) {
      spares_home_ = resource_.multiple_active == MultipleActive::stop_unexpected;
      must_stop_ =
          must_stop_ || spares_home_ || resource_.multiple_active == MultipleActive::stop_start;
    }
  }

  void restart() {
    restarting_ = true;
    Role now = role_;
    while (now != Role::stopped) {
      const Role lower = step_towards(now, Role::stopped);
      if (now == Role::promoted) {
        demote(!must_stop_);
        now = Role::unpromoted;
      } else {
        stop(!must_stop_);
        now = lower;
      }
    }
    while (role_ <= next_ && now != role_ && !resource_.blocked) {
      const Role higher = step_towards(now, role_);
      if (higher == now) {
        break;
      }
      const bool required = must_stop_ || (higher == Role::promoted && must_promote_);
      raise(now, higher, !required);
      now = higher;
    }
    restarting_ = false;
  }

  void change_role() {
    Role now = role_;
    while (now != next_) {
      Role step = step_towards(now, next_);
      if (now == Role::promoted) {
        demote(false);
        step = Role::unpromoted;
      } else if (step == Role::stopped) {
        stop(false);
      } else if (step == now) {
        break;
      } else {
        raise(now, step, false);
      }
      if (now == Role::started && step == Role::unpromoted) {
        break;
      }
      now = step;
    }
  }

  void raise(Role now, Role higher, bool optional) {
    if (higher == Role::promoted) {
      promote(optional);
    } else if (now == Role::stopped) {
      start(optional);
    }
  }

  /// The one node of several on which the resource may simply go on.
  bool is_spared(int node) const {
    return spares_home_ && restarting_ && next_ > Role::stopped && home_ == node;
  }

  void stop(bool optional) {
    for (const int node : resource_.running_on) {
      if (is_spared(node)) {
        continue;
      }
      if (plan_.is_half_migrated(index_)) {
        if (node == resource_.partial_migration_target && node == home_) {
          continue;
        }
        optional = false;
      }
      const int made = plan_.want(index_, task::kStop, node, optional);
      if (home_ < 0) {
        plan_.explain(made, "node availability", true);
      } else if (restarting_ && spares_home_) {
        plan_.explain(made, "being multiply active", true);
      }
      if (!plan_.managed(index_)) {
        plan_.table[made].runnable = false;
      }
      if (plan_.state.options.remove_after_stop) {
        clean_up(plan_, index_, node, optional);
      }
      if (resource_.requirement == Requires::unfencing) {
        plan_.table.relate(made, plan_.fence(node, "on", true, ""), kThenRequiresFirst);
      }
    }
  }

  void start(bool optional) {
    const int made = plan_.want(index_, task::kStart, home_, true);
    order_after_unfencing(plan_, index_, home_, made, kFirstRequiresThen);
    Action& action = plan_.table[made];
    if (action.runnable && !optional) {
      action.optional = false;
    }
    if (is_spared(home_)) {
      action.pseudo = true;
    }
  }

  void promote(bool optional) {
    bool runnable = true;
    for (const int each : plan_.table.all(index_, task::kStart, home_)) {
      runnable = runnable && plan_.table[each].runnable;
    }
    if (runnable) {
      const int made = plan_.want(index_, task::kPromote, home_, optional);
      if (is_spared(home_)) {
        plan_.table[made].pseudo = true;
      }
      return;
    }
    for (const int each : plan_.table.all(index_, task::kPromote, home_)) {
      plan_.table[each].runnable = false;
    }
  }

  void demote(bool optional) {
    for (const int node : resource_.running_on) {
      if (!is_spared(node)) {
        plan_.want(index_, task::kDemote, node, optional);
      }
    }
  }

  Plan& plan_;
  int index_;
  const model::Resource& resource_;
  int home_;
  Role role_;
  Role next_;
  int current_ = -1;
  bool must_stop_ = false;
  bool must_promote_ = false;
  bool migrates_ = false;
  bool spares_home_ = false;  ///< multiple-active=stop_unexpected
  bool restarting_ = false;
};

}  // namespace

void add_primitive_actions(Plan& plan, int index) {
  RoleChange(plan, index).add();
}

void clean_up(Plan& plan, int index, int node, bool optional) {
  if (plan.resource(index).failed || plan.is_unclean(node) || !plan.is_online(node)) {
    return;
  }
  plan.want(index, task::kDelete, node, optional);
  const Effects effects = optional ? kFirstRequiresThen : kOrdered;
  plan.order(index, task::kStop, index, task::kDelete, effects);
  plan.order(index, task::kDelete, index, task::kStart, effects);
}

void create_actions(Plan& plan, int index) {
  switch (plan.resource(index).variant) {
    case model::Variant::primitive:
      add_primitive_actions(plan, index);
      break;
    case model::Variant::group:
    case model::Variant::clone:
      add_collective_actions(plan, index);
      break;
    case model::Variant::bundle:
      add_bundle_actions(plan, index);
      break;
  }
}

void add_resource_actions(Plan& plan) {
  for (const int index : plan.placement.top_level) {
    create_actions(plan, index);
  }
}

}  // namespace mainstay::scheduler
