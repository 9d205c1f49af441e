// SPDX-License-Identifier: Apache-2.0
// Groups, clones and bundles have pseudo-actions that others are ordered with: start and running,
// stop and stopped, promote and promoted, demote and demoted. Those of instances are required when
// some instance's are.
#include <algorithm>

#include "core/scheduler/act/notifications.h"
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Variant;

struct Movement {
  bool active = false;
  bool starting = false;
  bool stopping = false;
  bool restarting = false;
  bool promoting = false;
  bool demoting = false;
};

void observe(const Plan& plan, int index, Movement& movement) {
  const model::Resource& resource = plan.resource(index);
  if (!resource.children.empty()) {
    for (const int child : resource.children) {
      observe(plan, child, movement);
    }
    return;
  }
  movement.active = movement.active || plan.is_active(index);
  bool starting = false;
  bool stopping = false;
  for (const int each : plan.table.of(index)) {
    const Action& action = plan.table[each];
    const bool happens = !action.optional && (action.runnable || action.pseudo);
    starting = starting || (action.task == task::kStart && happens);
    stopping = stopping || (action.task == task::kStop && happens);
    movement.promoting = movement.promoting || (action.task == task::kPromote && !action.optional);
    movement.demoting = movement.demoting || (action.task == task::kDemote && !action.optional);
  }
  movement.starting = movement.starting || starting;
  movement.stopping = movement.stopping || stopping;
  movement.restarting = movement.restarting || (starting && stopping);
}

void add_group_pseudos(Plan& plan, int group) {
  for (const auto name : {task::kStart, task::kRunning, task::kStop, task::kStopped}) {
    plan.pseudo(group, name, true, true);
  }
  if (plan.is_promotable(group)) {
    for (const auto name : {task::kDemote, task::kDemoted, task::kPromote, task::kPromoted}) {
      plan.pseudo(group, name, true, true);
    }
  }
}

void finish(Plan& plan, int collective, std::string_view done, bool optional, bool runnable) {
  const int made = plan.pseudo(collective, done, optional, runnable);
  plan.table[made].priority = model::kInfinity;
}

}  // namespace

void add_instance_pseudos(Plan& plan, int collective, const std::vector<int>& instances) {
  Movement movement;
  for (const int instance : instances) {
    create_actions(plan, instance);
    observe(plan, instance, movement);
  }
  plan.pseudo(collective, task::kStart, !movement.starting, true);
  finish(plan, collective, task::kRunning, !movement.starting,
         movement.active || movement.starting);
  const int stop = plan.pseudo(collective, task::kStop, !movement.stopping, true);
  plan.table[stop].migratable = !movement.restarting;
  finish(plan, collective, task::kStopped, !movement.stopping, true);
}

void add_promotion_pseudos(Plan& plan, int collective, const std::vector<int>& instances) {
  Movement movement;
  for (const int instance : instances) {
    observe(plan, instance, movement);
  }
  plan.pseudo(collective, task::kPromote, !movement.promoting, true);
  finish(plan, collective, task::kPromoted, !movement.promoting, true);
  plan.pseudo(collective, task::kDemote, !movement.demoting, true);
  finish(plan, collective, task::kDemoted, !movement.demoting, true);
}

void add_collective_actions(Plan& plan, int index) {
  const model::Resource& resource = plan.resource(index);
  if (resource.variant == Variant::group) {
    for (const int member : resource.children) {
      create_actions(plan, member);
    }
    add_group_pseudos(plan, index);
    return;
  }
  add_instance_pseudos(plan, index, resource.children);
  add_clone_notices(plan, index);
  if (resource.promotable) {
    add_promotion_pseudos(plan, index, resource.children);
    add_promotion_notices(plan, index);
  }
}

void add_bundle_actions(Plan& plan, int index) {
  const model::Resource& bundle = plan.resource(index);
  for (const model::BundleReplica& replica : bundle.replicas) {
    for (const int part : {replica.ip, replica.remote}) {
      if (part >= 0) {
        create_actions(plan, part);
      }
    }
  }
  add_instance_pseudos(plan, index, instances_of(plan, index));
  if (bundle.bundled < 0) {
    return;
  }
  create_actions(plan, bundle.bundled);
  if (plan.resource(bundle.bundled).promotable) {
    plan.pseudo(index, task::kPromote, true, true);
    finish(plan, index, task::kPromoted, true, true);
    plan.pseudo(index, task::kDemote, true, true);
    finish(plan, index, task::kDemoted, true, true);
  }
}

}  // namespace mainstay::scheduler
