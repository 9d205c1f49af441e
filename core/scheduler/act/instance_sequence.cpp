// SPDX-License-Identifier: Apache-2.0
// Instances of an ordered clone start by number and stop in reverse. Only some of them may start or
// stop, so each is ordered with all that come after it. Pacemaker Explained, "Clone Options".
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

void order_instance(Plan& plan, const std::vector<int>& instances, std::size_t place) {
  for (std::size_t later = place + 1; later < instances.size(); ++later) {
    plan.order(instances[place], task::kStart, instances[later], task::kStart, kOrdered);
    plan.order(instances[later], task::kStop, instances[place], task::kStop, kOrdered);
  }
}

}  // namespace mainstay::scheduler
