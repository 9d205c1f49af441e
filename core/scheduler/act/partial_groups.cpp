// SPDX-License-Identifier: Apache-2.0
// What the state of a group's members means for each other and for what must be with them.
// Pacemaker Explained, "Group Properties" and "Colocation".
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

void order_new_member(Plan& plan, int member, int previous) {
  if (plan.is_active(member) && !plan.is_active(previous)) {
    plan.order(member, task::kStop, previous, task::kStart, kThenRequiresFirst | kFirstBlocksThen);
  }
}

std::vector<const model::ColocationConstraint*> dependents_of(const Plan& plan, int primary) {
  const model::Resource& whole = plan.resource(primary);
  const bool group = whole.variant == model::Variant::group && whole.colocated;
  std::vector<const model::ColocationConstraint*> found;
  for (const model::ColocationConstraint& each : plan.state.colocations) {
    const bool concerns =
        each.primary == primary || (group && std::find(whole.children.begin(), whole.children.end(),
                                                       each.primary) != whole.children.end());
    if (concerns && each.score >= model::kInfinity && each.dependent >= 0) {
      found.push_back(&each);
    }
  }
  return found;
}

}  // namespace mainstay::scheduler
