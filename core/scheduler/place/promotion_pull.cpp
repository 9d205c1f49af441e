// SPDX-License-Identifier: Apache-2.0
// What wants to be with a promoted instance decides which one is promoted. Pacemaker Explained,
// "Promotable clones".
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

void pull_promoted(Assignment& work, int clone) {
  const auto factor = [](const ColocationLink& link) {
    return static_cast<float>(link.score) / static_cast<float>(model::kInfinity);
  };
  for (const int index : links_with_this(work, clone)) {
    const ColocationLink& link = work.colocations[index];
    if (link.primary_role == model::Role::promoted && has_influence(work, link)) {
      PullMode mode;
      mode.roll_back = true;
      mode.nonnegative = true;
      add_colocated_scores(work, link.dependent, clone, &link, factor(link), mode,
                           work.weights(clone));
    }
  }
}

}  // namespace mainstay::scheduler
