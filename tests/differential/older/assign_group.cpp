// SPDX-License-Identifier: Apache-2.0
// 2.1.5: a group hands its colocations to its members when it is placed, and has none from then on:
// those with others to its first member, those with it to its last. It does so one by one, which
// turns round those with the same resource.
#include "core/scheduler/place/assignment.h"
#include "core/scheduler/place/colocation_order.h"

namespace mainstay::scheduler {
namespace {

void take_over(const Assignment& work, int ColocationLink::*end, Links& own, const Links& all) {
  const auto priority_of = [&](int index) { return work.priority[at(index)]; };
  for (const int link : all) {
    insert_sorted(work.state, work.colocations.links, end, priority_of, own, link);
  }
}

void hand_over(Assignment& work, int resource) {
  const model::Resource& group = work.resource(resource);
  auto& with_others = work.colocations.with_others;
  auto& with_this = work.colocations.with_this;
  Links& others = with_others[static_cast<std::size_t>(resource)];
  Links& dependents = with_this[static_cast<std::size_t>(resource)];
  Links& first = with_others[static_cast<std::size_t>(group.children.front())];
  Links& last = with_this[static_cast<std::size_t>(group.children.back())];
  take_over(work, &ColocationLink::primary, first, others);
  bool any_unmanaged = false;
  for (const int member : group.children) {
    Links& own = with_others[static_cast<std::size_t>(member)];
    for (const int link : others) {
      if (any_unmanaged && work.colocations[link].score >= model::kInfinity) {
        own.insert(own.begin(), link);
      }
    }
    any_unmanaged = any_unmanaged || !work.managed(member);
  }
  take_over(work, &ColocationLink::dependent, last, dependents);
  others.clear();
  dependents.clear();
}

}  // namespace

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
  hand_over(work, resource);
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
