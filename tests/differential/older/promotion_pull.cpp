// SPDX-License-Identifier: Apache-2.0
// 2.1.5: what a promoted instance wants to be with pulls as well, beside changing the priority of
// each instance; even where that has no place yet.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Role;

void add(Assignment& work, int clone, const ColocationLink& link, int other, PullMode mode) {
  const float factor = static_cast<float>(link.score) / static_cast<float>(kInfinity);
  add_colocated_scores(work, other, clone, &link, factor, mode, work.weights(clone));
}

}  // namespace

void pull_promoted(Assignment& work, int clone) {
  for (const int index : links_with_others(work, clone)) {
    const ColocationLink& link = work.colocations[index];
    if (link.dependent_role == Role::promoted) {
      PullMode mode;
      mode.roll_back = link.score < kInfinity;
      add(work, clone, link, link.primary, mode);
    }
  }
  for (const int index : links_with_this(work, clone)) {
    const ColocationLink& link = work.colocations[index];
    if (link.primary_role == Role::promoted && has_influence(work, link)) {
      PullMode mode;
      mode.roll_back = true;
      mode.nonnegative = true;
      add(work, clone, link, link.dependent, mode);
    }
  }
}

}  // namespace mainstay::scheduler
