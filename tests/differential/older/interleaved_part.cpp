// SPDX-License-Identifier: Apache-2.0
// 2.1.5: what comes after a bundle waits for the start of the container, and after its stop for
// that of what runs in it.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

bool is_about_inside(std::string_view task, bool as_first) {
  const bool stops = task == task::kStop || task == task::kStopped;
  const bool changes_role = task == task::kPromote || task == task::kPromoted ||
                            task == task::kDemote || task == task::kDemoted;
  return as_first ? stops : changes_role;
}

}  // namespace mainstay::scheduler
