// SPDX-License-Identifier: Apache-2.0
// Bundles: placed like clones by their containers, each inner resource only on its own replica.
#include "core/scheduler/assignment.h"

namespace mainstay::scheduler {

int assign_bundle(Assignment& work, int resource) {
  work.of(resource).assigned = true;
  return -1;
}

}  // namespace mainstay::scheduler
