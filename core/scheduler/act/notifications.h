// SPDX-License-Identifier: Apache-2.0
// Notifications: with notify=true every active instance hears what is going to happen to its
// siblings ("pre") and what happened ("post"). Private to this folder.
#pragma once

#include <string_view>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

/// "The post-notifications of `done` are confirmed"; -1: there is no such action.
int confirmed_after(const Plan& plan, int collective, std::string_view done);

/// What a pseudo-action of a collective is about, as its instances call it.
std::string_view original_task(const Plan& plan, int index);

/// The pseudo-actions before and after a clone's start, stop, promote or demote. `action` or
/// `complete` may be -1: no notifications before, or after.
struct Notices {
  int before = -1;
  int before_done = -1;
  int after = -1;
  int after_done = -1;
};
Notices add_notices(Plan& plan, int index, int action, int complete);

/// What the graph says of such a pseudo-action: which, and about which action.
model::Values notice_meta(const Plan& plan, int notice);

/// The notices of a clone, in order with each other.
void add_clone_notices(Plan& plan, int clone);
void add_promotion_notices(Plan& plan, int clone);

/// What instances hear when one was stopped by fencing.
void add_fencing_notices(Plan& plan, int index, int fence);

}  // namespace mainstay::scheduler
