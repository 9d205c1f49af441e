// SPDX-License-Identifier: Apache-2.0
// Collectives in orderings. A group's action is required if a member's is, and its "running" needs
// every member; a clone's or bundle's is required if an instance's is, and runnable if one is. As
// the first of an ordering start, stop, … mean their ends: running, stopped, … and, where instances
// are notified, the confirmation of that.
#include <algorithm>

#include "core/scheduler/act/notifications.h"
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

/// What a member does when the group does this.
std::string_view task_of_member(const Plan& plan, int member, std::string_view name) {
  return plan.resource(member).variant == Variant::primitive ? begun_by(name) : name;
}

Flags group_flags(Plan& plan, int index, int node) {
  Flags flags;
  const std::string_view name = plan.table[index].task;
  for (const int member : plan.resource(plan.table[index].resource).children) {
    const std::string_view own = task_of_member(plan, member, name);
    const int action = plan.table.find(member, own, node);
    if (action < 0) {
      if (own != task::kStop && own != task::kDemote) {
        flags.runnable = false;
      }
      continue;
    }
    const Flags theirs = flags_of(plan, action, node);
    if (flags.optional && !theirs.optional) {
      flags.optional = false;
      plan.set(index, &Action::optional, false);
    }
    if (own != name && flags.runnable && !theirs.runnable) {
      flags.runnable = false;
      plan.set(index, &Action::runnable, false);
    }
  }
  return flags;
}

Flags instance_flags(Plan& plan, int index, int node) {
  Flags flags;
  bool any_runnable = false;
  const std::string_view name = original_task(plan, index);
  const int whole = plan.table[index].resource;
  // A bundle promotes, demotes and notifies what is in its containers, not the containers.
  const int inner = plan.resource(whole).bundled;
  const bool rises_or_falls =
      name == task::kPromote || name == task::kDemote || plan.table[index].is_notice;
  for (const int instance :
       inner >= 0 && rises_or_falls ? plan.resource(inner).children : instances_of(plan, whole)) {
    const bool primitive = plan.resource(instance).variant == Variant::primitive;
    const int action = plan.table.find(instance, name, primitive ? node : -1);
    if (action < 0) {
      continue;
    }
    const Flags theirs = flags_of(plan, action, node);
    if (flags.optional && !theirs.optional) {
      flags.optional = false;
      plan.set(index, &Action::optional, false);
    }
    any_runnable = any_runnable || theirs.runnable;
  }
  if (!any_runnable) {
    flags.runnable = false;
    if (node < 0) {
      plan.set(index, &Action::runnable, false);
    }
  }
  return flags;
}

Flags collect(Plan& plan, int index, int node) {
  const int resource = plan.table[index].resource;
  if (resource >= 0) {
    const Variant variant = plan.resource(resource).variant;
    if (variant == Variant::group) {
      return group_flags(plan, index, node);
    }
    if (variant != Variant::primitive) {
      return instance_flags(plan, index, node);
    }
  }
  const Action& action = plan.table[index];
  return {action.optional, action.runnable, action.migratable};
}

bool is_blocked(const Plan& plan, int index) {
  const auto& children = plan.resource(index).children;
  return plan.resource(index).blocked ||
         std::any_of(children.begin(), children.end(),
                     [&](int child) { return is_blocked(plan, child); });
}

Role role_of(const Plan& plan, int index, bool now) {
  if (now) {
    return plan.current_role_of(index);
  }
  Role highest = plan.next_role(index);
  for (const int child : plan.resource(index).children) {
    highest = std::max(highest, role_of(plan, child, now));
  }
  return highest;
}

bool fits(const Plan& plan, int instance, Role role, bool now) {
  return (role == Role::unknown || role_of(plan, instance, now) == role) &&
         !is_blocked(plan, instance);
}

int instance_on(const Plan& plan, int collective, int node, Role role, bool now) {
  for (const int instance : instances_of(plan, collective)) {
    if (plan.location(instance, now) == node && fits(plan, instance, role, now)) {
      return instance;
    }
  }
  return -1;
}

bool holds(const Plan& plan, int outer, int inner) {
  for (int up = plan.resource(inner).parent; up >= 0; up = plan.resource(up).parent) {
    if (up == outer) {
      return true;
    }
  }
  return false;
}

/// The pseudo-action that ends what a collective's action begins.
int end_of(const Plan& plan, int action) {
  const Action& it = plan.table[action];
  if (it.resource < 0 || plan.resource(it.resource).variant == Variant::primitive || it.is_notice ||
      it.interval > Duration(0)) {
    return action;
  }
  const std::string_view end = it.task == task::kStart     ? task::kRunning
                               : it.task == task::kStop    ? task::kStopped
                               : it.task == task::kPromote ? task::kPromoted
                               : it.task == task::kDemote  ? task::kDemoted
                                                           : it.task;
  const model::Resource& resource = plan.resource(it.resource);
  int found = -1;
  if (resource.notify && resource.variant >= Variant::clone) {
    // A bundle has no such confirmation (the clone inside has): what follows waits for its start.
    found = confirmed_after(plan, it.resource, end);
  } else {
    found = plan.table.find(it.resource, end);
  }
  return found < 0 ? action : found;
}

}  // namespace

Flags flags_of(Plan& plan, int action, int node) {
  return collect(plan, action, node);
}

Flags flags_for_ordering(Plan& plan, int action, int node) {
  Flags flags = collect(plan, action, -1);
  const int resource = plan.table[action].resource;
  if (node < 0 || resource < 0 || plan.resource(resource).variant != Variant::clone) {
    return flags;
  }
  // Where it can run at all matters here, not whether it can on just this node.
  const bool runnable_anywhere = flags.runnable;
  flags = collect(plan, action, node);
  flags.runnable = flags.runnable || runnable_anywhere;
  return flags;
}

int stand_in(const Plan& plan, int first, int then) {
  const int a = plan.table[first].resource;
  const int b = plan.table[then].resource;
  const bool unrelated = a >= 0 && b >= 0 && a != b && !holds(plan, a, b);
  return unrelated ? end_of(plan, first) : first;
}

bool some_part_may(const Plan& plan, int whole, std::string_view name) {
  std::vector<int> parts = plan.resource(whole).children;
  for (const model::BundleReplica& replica : plan.resource(whole).replicas) {
    for (const int part : {replica.ip, replica.container, replica.remote}) {
      if (part >= 0) {
        parts.push_back(part);
      }
    }
  }
  return std::any_of(parts.begin(), parts.end(), [&](int part) {
    const int theirs = plan.table.find(part, name);
    return theirs < 0 || plan.table[theirs].runnable;
  });
}

bool can_interleave(const Plan& plan, const Action& first, const Action& then) {
  const int a = first.resource;
  const int b = then.resource;
  if (a < 0 || b < 0 || a == b || plan.resource(a).variant < Variant::clone ||
      plan.resource(b).variant < Variant::clone) {
    return false;
  }
  const bool falls = then.name == task::kStop || then.name == task::kDemote;
  return plan.resource(falls ? a : b).interleave;
}

int matching_instance(const Plan& plan, int resource, int collective, Role role, bool now) {
  const int node = plan.location(resource, now);
  if (node >= 0) {
    return instance_on(plan, collective, node, role, now);
  }
  const auto& instances = instances_of(plan, collective);
  const bool any = std::any_of(instances.begin(), instances.end(), [&](int instance) {
    return plan.location(instance, now) >= 0 && fits(plan, instance, role, now);
  });
  if (!any) {
    return -1;  // most often: nothing of it is, or will be, anywhere
  }
  const Weights& weights = plan.placement.weights[static_cast<std::size_t>(resource)];
  for (const int n : sorted_nodes(plan.state, plan.placement, weights, -1)) {
    const int found = instance_on(plan, collective, n, role, now);
    if (found >= 0) {
      return found;
    }
  }
  return -1;
}

}  // namespace mainstay::scheduler
