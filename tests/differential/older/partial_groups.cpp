// SPDX-License-Identifier: Apache-2.0
// 2.1.5: a new member of a group starts ahead of members that run, without their being restarted.
// What must be with a group is not held back where the group cannot start, for the group has no
// colocations any more (assign_group.cpp).
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

void order_new_member(Plan& /*plan*/, int /*member*/, int /*previous*/) {}

std::vector<const model::ColocationConstraint*> dependents_of(const Plan& plan, int primary) {
  std::vector<const model::ColocationConstraint*> found;
  for (const model::ColocationConstraint& each : plan.state.colocations) {
    if (each.primary == primary && each.score >= model::kInfinity && each.dependent >= 0 &&
        plan.resource(primary).variant != model::Variant::group) {
      found.push_back(&each);
    }
  }
  return found;
}

}  // namespace mainstay::scheduler
