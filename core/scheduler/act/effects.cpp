// SPDX-License-Identifier: Apache-2.0
// What one effect of an edge does to its two actions. Whoever is changed remembers the first cause:
// the other action, or, for the same resource, that one's own reason.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Role;

enum class Flag { required, unrunnable, unmigratable };

class Pair {
 public:
  explicit Pair(Plan& plan) : plan_(plan) {}

  void apply(int first, int then, const Flags& flags, Effects effect) {
    switch (effect) {
      case kThenRequiresFirst:
        require_first(first, then, flags);
        break;
      case kPromotedRequiresFirst:
        if (plan_.role(plan_.table[then].resource) == Role::promoted) {
          require_first(first, then, {false, true, plan_.table[first].migratable});
        }
        break;
      case kMigrationNeedsThen:
        if (!plan_.table[then].migratable || !plan_.table[then].runnable) {
          set(first, Flag::unrunnable, then);
        }
        if (!plan_.table[then].optional) {
          set(first, Flag::required, then);
        }
        break;
      case kMigrationReplacesThen:
        if (!plan_.table[first].runnable) {
          set(then, Flag::unmigratable, first);
          plan_.set(then, &Action::pseudo, false);
        }
        break;
      case kFirstBlocksThen:
        if (plan_.table[then].runnable && !flags.runnable) {
          set(then, Flag::unrunnable, first);
          set(then, Flag::unmigratable, first);
        }
        break;
      case kFirstRequiresThen:
        if (!flags.optional && !plan_.table[first].migratable) {
          set(then, Flag::required, first);
        }
        break;
      case kRestart:
        restart(first, then);
        break;
      case kAsymmetric:
        forbid_asymmetric(first, then);
        break;
      default:
        break;
    }
  }

  void require_first(int first, int then, const Flags& flags) {
    if (plan_.table[then].optional) {
      return;
    }
    if (!flags.optional) {
      set(first, Flag::required, then);
    }
    if (flags.migratable && !plan_.table[then].migratable) {
      set(first, Flag::unmigratable, then);
    }
  }

  /// Who is to start again stops first; who cannot start again stops all the same, if it can.
  void restart(int stop, int start) {
    const bool starts = !plan_.table[start].optional;
    const int resource = plan_.table[start].resource;
    const bool cannot_start = !plan_.table[start].runnable && plan_.managed(resource) &&
                              plan_.table[stop].resource == resource;
    if (!starts && !cannot_start) {
      return;
    }
    if (starts || plan_.table[stop].runnable) {
      set(stop, Flag::required, start);
    }
    if (plan_.table[stop].migratable && !plan_.table[start].migratable) {
      set(stop, Flag::unmigratable, start);
    }
    if (!plan_.table[stop].optional && !plan_.table[stop].runnable) {
      set(start, Flag::unrunnable, stop);
    }
  }

  void forbid_asymmetric(int first, int then) {
    if (plan_.table[first].runnable) {
      return;
    }
    const Action& it = plan_.table[then];
    if (it.optional) {
      const Role role = plan_.current_role_of(it.resource);
      const auto& active = plan_.resource_active(it.resource);
      const bool stopped = role == Role::stopped && it.task == task::kStop;
      const bool started = role >= Role::started && it.task == task::kStart && active.size() == 1 &&
                           active.front() == it.node;
      if (stopped || started) {
        return;
      }
    }
    set(then, Flag::required, first);
    set(then, Flag::unrunnable, first);
  }

  void set(int index, Flag flag, int cause) {
    bool Action::*const changed = flag == Flag::required     ? &Action::optional
                                  : flag == Flag::unrunnable ? &Action::runnable
                                                             : &Action::migratable;
    if (!plan_.set(index, changed, false)) {
      return;
    }
    const Action& action = plan_.table[index];
    const char* change = flag == Flag::required ? "required" : "unrunnable";
    const Action& why = plan_.table[cause];
    if (action.resource >= 0 && action.resource == why.resource) {
      return;
    }
    const std::string name = why.resource < 0 ? "" : " " + plan_.resource(why.resource).id;
    plan_.explain(index, change + name + " " + std::string(why.task), flag == Flag::unmigratable);
  }

 private:
  Plan& plan_;
};

}  // namespace

void apply_effect(Plan& plan, int first, int then, const Flags& flags, Effects effect) {
  Pair(plan).apply(first, then, flags, effect);
}

}  // namespace mainstay::scheduler
