// SPDX-License-Identifier: Apache-2.0
// Recurring actions: those of the role that a resource gets run on its node, those of role Stopped
// wherever it is not; those that run already and fit no longer are cancelled.
#include <algorithm>

#include "core/model/operation.h"
#include "core/scheduler/act/plan.h"
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::Role;

constexpr int kNotRunning = 7;
constexpr int kRunningPromoted = 8;

Role role_of(const model::Operation& operation) {
  const auto it = operation.meta.find("role");
  return it == operation.meta.end() ? Role::unknown : model::parse_role(it->second);
}

class Recurring {
 public:
  Recurring(Plan& plan, int index, const model::Operation& operation)
      : plan_(plan), index_(index), operation_(operation), role_(role_of(operation)) {}

  void add_for_active(int start) {
    if (role_ == Role::stopped) {
      return;
    }
    const int node = plan_.home(index_);
    const Role next = plan_.next_role(index_);
    const bool goes_on = plan_.table[start].optional && runs_already(node);
    if ((next == Role::promoted && role_ == Role::unknown) ||
        (role_ != Role::unknown && role_ != next)) {
      if (goes_on) {
        cancel_before_role_change(node, next);
      }
      return;
    }
    const int monitor = plan_.want(index_, operation_.name, node, goes_on, operation_.interval);
    if (!plan_.table[start].runnable || node < 0 || !plan_.is_online(node) ||
        plan_.is_unclean(node)) {
      plan_.table[monitor].runnable = false;
    }
    if (next == Role::promoted) {
      plan_.table[monitor].expected_rc = kRunningPromoted;
    }
    if (!plan_.managed(index_)) {
      return;
    }
    for (const auto before : {task::kStart, task::kReload}) {
      plan_.order({-1, index_, before}, {monitor, -1, {}}, kFirstRequiresThen | kFirstBlocksThen);
    }
    if (next == Role::promoted) {
      plan_.order({-1, index_, task::kPromote}, {monitor, -1, {}}, kOrdered | kFirstBlocksThen);
    } else if (plan_.role(index_) == Role::promoted) {
      plan_.order({-1, index_, task::kDemote}, {monitor, -1, {}}, kOrdered | kFirstBlocksThen);
    }
  }

  void add_for_inactive() {
    const int home = plan_.home(index_);
    if (home >= 0 && role_ == Role::stopped) {
      cancel_where_active(home);
    }
    // An operation of another role says nothing about where the resource is not; nor can one copy
    // of an anonymous clone.
    if (role_ != Role::stopped || !plan_.resource(index_).unique) {
      return;
    }
    for (int node = 0; node < plan_.node_count(); ++node) {
      if (home == node) {
        continue;
      }
      add_on_inactive(node);
    }
  }

 private:
  bool runs_already(int node) const {
    if (node < 0) {
      return false;
    }
    bool found = false;
    for (const int each : plan_.table.of(index_)) {
      const Action& action = plan_.table[each];
      if (action.name == operation_.name && action.interval == operation_.interval &&
          action.node == node) {
        if (action.reschedule) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  void cancel_before_role_change(int node, Role next) {
    const int cancel = plan_.cancel(index_, operation_.name, operation_.interval, node);
    const Role now = plan_.role(index_);
    std::string_view after;
    if (now == Role::promoted) {
      after = task::kDemote;
    } else if (now == Role::started || now == Role::unpromoted) {
      after = next == Role::promoted  ? task::kPromote
              : next == Role::stopped ? task::kStop
                                      : std::string_view{};
    }
    if (!after.empty()) {
      plan_.order({cancel, -1, {}}, {-1, index_, after}, kFirstBlocksThen);
    }
  }

  void cancel_where_active(int home) {
    if (!runs_already(home)) {
      return;
    }
    const int cancel = plan_.cancel(index_, operation_.name, operation_.interval, home);
    const Role next = plan_.next_role(index_);
    if (next == Role::started || next == Role::unpromoted) {
      plan_.order({cancel, -1, {}}, {-1, index_, task::kStart}, kFirstBlocksThen);
    } else if (next == Role::promoted) {
      plan_.order({cancel, -1, {}}, {-1, index_, task::kPromote}, kFirstBlocksThen);
    }
  }

  void add_on_inactive(int node) {
    const bool known = runs_already(node);
    const int probe = plan_.table.existing(index_, task::kMonitor, Duration(0), node);
    const bool stopped_there = probe < 0 && !plan_.runs_on(index_, node);
    const int monitor = plan_.want(index_, operation_.name, node, known, operation_.interval);
    plan_.table[monitor].expected_rc = kNotRunning;
    if (plan_.managed(index_)) {
      // What is known to be inactive there is known only once the probe said so.
      for (const int each : plan_.table.all(index_, task::kMonitor, node)) {
        plan_.table.relate(each, monitor, kFirstBlocksThen);
      }
      add_after_stops(node, monitor);
    } else if (!stopped_there && plan_.runs_on(index_, node)) {
      plan_.table[monitor].optional = true;
    }
    if (!plan_.is_online(node) || plan_.is_unclean(node)) {
      plan_.table[monitor].runnable = false;
    }
  }

  void add_after_stops(int node, int monitor) {
    for (const int stop : plan_.table.all(index_, task::kStop)) {
      if (plan_.table[stop].node != node && plan_.table[stop].node >= 0) {
        continue;
      }
      if (!plan_.table[stop].optional || plan_.runs_on(index_, node)) {
        plan_.table[monitor].optional = false;
      }
      if (!plan_.table[stop].runnable) {
        plan_.table[monitor].runnable = false;
      }
      plan_.order({stop, -1, {}}, {monitor, -1, {}}, kFirstRequiresThen | kFirstBlocksThen);
    }
  }

  Plan& plan_;
  int index_;
  const model::Operation& operation_;
  Role role_;
};

}  // namespace

void add_recurring_actions(Plan& plan, int index) {
  const model::Resource& resource = plan.resource(index);
  if (resource.blocked || resource.maintenance) {
    return;
  }
  const int home = plan.home(index);
  int start = -1;
  if (home >= 0 && !plan.node(home).maintenance &&
      (plan.next_role(index) > Role::stopped || !plan.managed(index))) {
    start = plan.want(index, task::kStart, home, true);
  }
  for (const model::Operation& operation : resource.operations) {
    if (operation.interval.count() <= 0 || !operation.enabled ||
        !model::can_recur(operation.name)) {
      continue;
    }
    // Two of one name and interval cannot be told apart in the history: neither is run.
    const auto twin = [&](const model::Operation& other) {
      return other.name == operation.name && other.interval == operation.interval;
    };
    if (std::count_if(resource.operations.begin(), resource.operations.end(), twin) > 1) {
      continue;
    }
    Recurring recurring(plan, index, operation);
    if (start >= 0) {
      recurring.add_for_active(start);
    }
    recurring.add_for_inactive();
  }
}

}  // namespace mainstay::scheduler
