// SPDX-License-Identifier: Apache-2.0
// 2.1.5: a resource is concerned by the colocations that name it, and by those that were handed to
// it: assign_group.cpp and assign_instances.cpp hand over what a group and a clone have.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

/// Instances are compared before they are given anything: then those of the clone count.
int holder(const Assignment& work, int resource) {
  const int parent = work.resource(resource).parent;
  const bool instance = parent >= 0 && work.resource(parent).variant >= model::Variant::clone;
  const bool given = work.of(resource).assigning || work.of(resource).assigned;
  return instance && !given ? parent : resource;
}

}  // namespace

Links links_with_others(const Assignment& work, int resource) {
  return work.colocations.with_others[static_cast<std::size_t>(holder(work, resource))];
}

Links links_with_this(const Assignment& work, int resource) {
  return work.colocations.with_this[static_cast<std::size_t>(holder(work, resource))];
}

}  // namespace mainstay::scheduler
