// SPDX-License-Identifier: Apache-2.0
// A clone: what it is colocated with goes first, its dependents pull all instances; then the
// instances are distributed, and some of them promoted.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

using model::Resource;

int assign_clone(Assignment& work, int resource) {
  const Resource& clone = work.resource(resource);
  if (work.of(resource).assigned || work.of(resource).assigning) {
    return -1;
  }
  work.of(resource).assigning = true;
  if (clone.promotable) {
    add_promotion_scores(work, resource);
  }
  for (const int index : links_with_others(work, resource)) {
    assign(work, work.colocations[index].primary, -1, true);
  }
  for (const int index : links_with_this(work, resource)) {
    const ColocationLink& link = work.colocations[index];
    pull(work, link, resource);
  }
  record_scores(work, resource, ScoreLine::Stage::clone);
  sort_like_merge(work.children(resource),
                  [&](int a, int b) { return compare_instances(work, a, b); });
  assign_instances(work, resource, std::vector<int>(work.children(resource)), clone.clone_max,
                   clone.clone_node_max);
  if (clone.promotable) {
    choose_roles(work, resource);
  }
  work.of(resource).assigning = false;
  work.of(resource).assigned = true;
  return -1;
}

}  // namespace mainstay::scheduler
