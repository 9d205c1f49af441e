// SPDX-License-Identifier: Apache-2.0
// 2.1.5: an instance of an ordered clone is ordered only with the next one, and with the next one
// that must start (stop), not with all that come after it.
#include <algorithm>

#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

void order_instance(Plan& plan, const std::vector<int>& instances, std::size_t place) {
  // A group has its own start and stop, whatever its members do.
  const auto is_group = [&](int index) { return !plan.resource(index).children.empty(); };
  const auto is_kept = [&](int index) {
    const model::Resource& it = plan.resource(index);
    return !plan.managed(index) ||
           (plan.home(index) >= 0 && plan.runs_on(index, plan.home(index)) &&
            !(it.failed && it.stop_if_failed));
  };
  const auto starts = [&](int index) {
    return is_group(index) || (plan.home(index) >= 0 && !is_kept(index));
  };
  const auto stops = [&](int index) {
    return is_group(index) || (plan.is_active(index) && !is_kept(index));
  };
  const int instance = instances[place];
  if (place + 1 < instances.size()) {
    plan.order(instance, task::kStart, instances[place + 1], task::kStart, kOrdered);
    plan.order(instances[place + 1], task::kStop, instance, task::kStop, kOrdered);
  }
  const auto rest = instances.begin() + static_cast<std::ptrdiff_t>(place) + 1;
  const auto next_start = std::find_if(rest, instances.end(), starts);
  const auto next_stop = std::find_if(rest, instances.end(), stops);
  if (starts(instance) && next_start != instances.end()) {
    plan.order(instance, task::kStart, *next_start, task::kStart, kOrdered);
  }
  if (stops(instance) && next_stop != instances.end()) {
    plan.order(*next_stop, task::kStop, instance, task::kStop, kOrdered);
  }
}

}  // namespace mainstay::scheduler
