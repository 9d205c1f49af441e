// SPDX-License-Identifier: Apache-2.0
// What a primitive is colocated with goes first and limits it, its dependents pull it: mandatory
// links before optional ones.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

void apply_colocations(Assignment& work, int resource) {
  const Links others = links_with_others(work, resource);
  const Links dependents = links_with_this(work, resource);
  for (const bool mandatory : {true, false}) {
    for (const int index : others) {
      const ColocationLink& link = work.colocations[index];
      if (link.mandatory() == mandatory) {
        follow(work, link, resource);
      }
    }
    for (const int index : dependents) {
      const ColocationLink& link = work.colocations[index];
      if (link.mandatory() == mandatory) {
        pull(work, link, resource);
      }
    }
  }
}

}  // namespace mainstay::scheduler
