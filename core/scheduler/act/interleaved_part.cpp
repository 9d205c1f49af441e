// SPDX-License-Identifier: Apache-2.0
// Which part of a replica an interleaved ordering of bundles means. What comes after a bundle wants
// the service inside, and leaves before the container stops; what comes before it serves the
// container, unless roles change.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

bool is_about_inside(std::string_view task, bool as_first) {
  const bool stops = task == task::kStop || task == task::kStopped;
  const bool changes_role = task == task::kPromote || task == task::kPromoted ||
                            task == task::kDemote || task == task::kDemoted;
  return as_first ? !stops : changes_role;
}

}  // namespace mainstay::scheduler
