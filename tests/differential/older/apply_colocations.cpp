// SPDX-License-Identifier: Apache-2.0
// 2.1.5: all that a primitive is colocated with goes first, then all its dependents pull it.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

void apply_colocations(Assignment& work, int resource) {
  for (const int index : links_with_others(work, resource)) {
    const ColocationLink link = work.colocations[index];
    follow(work, link, resource);
  }
  for (const int index : links_with_this(work, resource)) {
    const ColocationLink link = work.colocations[index];
    pull(work, link, resource);
  }
}

}  // namespace mainstay::scheduler
