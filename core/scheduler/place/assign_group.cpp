// SPDX-License-Identifier: Apache-2.0
// A group: its members in their order; where the first goes, the group is.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

int assign_group(Assignment& work, int resource, int prefer, bool stop_if_fail) {
  const model::Resource& group = work.resource(resource);
  if (work.of(resource).assigned) {
    return work.assigned_node(resource);
  }
  if (work.of(resource).assigning) {
    return -1;
  }
  if (group.children.empty()) {
    work.of(resource).assigned = true;
    return -1;
  }
  work.of(resource).assigning = true;
  record_scores(work, resource, ScoreLine::Stage::group);
  int first = -1;
  for (const int member : group.children) {
    const int node = assign(work, member, prefer, stop_if_fail);
    first = first < 0 ? node : first;
  }
  work.next_role(resource) = work.next_role(group.children.front());
  work.of(resource).assigning = false;
  work.of(resource).assigned = true;
  return group.colocated ? first : -1;
}

}  // namespace mainstay::scheduler
