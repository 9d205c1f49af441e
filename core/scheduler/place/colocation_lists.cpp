// SPDX-License-Identifier: Apache-2.0
// Which colocations concern a resource that is being placed. A group's first member takes over what
// the group and its other members are bound to, its last what is bound to them; instances take over
// the links of their clone. Pacemaker Explained, "Colocation".
#include "core/scheduler/place/assignment.h"
#include "core/scheduler/place/colocation_order.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Variant;

/// Collects links of one kind (as dependent, or as primary) over the structure around a resource.
struct Collector {
  const Assignment& work;
  const std::vector<Links>& lists;
  int ColocationLink::*other_end;
  bool as_dependent;

  void insert(Links& list, int link) const {
    insert_sorted(
        work.state, work.colocations.links, other_end,
        [&](int index) { return work.priority[at(index)]; }, list, link);
  }

  /// Merging into a list that is not empty repeats the first entry: a quirk that placement depends
  /// on (algorithm of Pacemaker 3.0).
  void insert_all(Links& list, const Links& addition) const {
    if (list.empty()) {
      list = addition;
      return;
    }
    for (std::size_t i = 0; i < addition.size(); ++i) {
      insert(list, addition.front());
    }
  }

  void collect(int resource, int origin, Links& list) const {
    const Resource& r = work.resource(resource);
    switch (r.variant) {
      case Variant::primitive:
        return collect_primitive(resource, origin, list);
      case Variant::group:
        return as_dependent ? collect_group_with_others(resource, origin, list)
                            : collect_with_group(resource, origin, list);
      case Variant::clone:
        insert_all(list, lists[at(resource)]);
        if (r.parent >= 0) {
          collect(r.parent, origin, list);
        }
        return;
      case Variant::bundle:
        return collect_bundle(resource, origin, list);
    }
  }

  void collect_primitive(int resource, int origin, Links& list) const {
    if (resource == origin) {
      insert_all(list, lists[at(resource)]);
      if (work.resource(resource).parent >= 0) {
        collect(work.resource(resource).parent, origin, list);
      }
      return;
    }
    for (const int link : lists[at(resource)]) {
      if (work.colocations[link].configured) {
        insert(list, link);
      }
    }
  }

  void collect_members(const Resource& group, int origin, Links& list) const {
    if (!group.colocated) {
      return;
    }
    for (const int member : group.children) {
      if (member != origin) {
        collect(member, origin, list);
      }
    }
  }

  void collect_with_group(int resource, int origin, Links& list) const {
    const Resource& group = work.resource(resource);
    if (group.children.empty() || (origin != resource && origin != group.children.back())) {
      return;  // earlier members are reached by the chain of members
    }
    insert_all(list, lists[at(resource)]);
    if (group.parent >= 0) {
      collect(group.parent, origin, list);
    }
    collect_members(group, origin, list);
  }

  void collect_group_with_others(int resource, int origin, Links& list) const {
    const Resource& group = work.resource(resource);
    if (group.children.empty()) {
      return;
    }
    if (origin == resource || origin == group.children.front()) {
      insert_all(list, lists[at(resource)]);
      if (group.parent >= 0) {
        collect(group.parent, origin, list);
      }
      collect_members(group, origin, list);
      return;
    }
    // The chain of members does not reach past one that is unmanaged.
    for (const int member : group.children) {
      if (member == origin) {
        return;
      }
      if (!work.managed(member)) {
        for (const int link : lists[at(resource)]) {
          if (work.colocations[link].score == kInfinity) {
            insert(list, link);
          }
        }
        return;
      }
    }
  }

  void collect_bundle(int resource, int origin, Links& list) const {
    const Resource& bundle = work.resource(resource);
    if (origin == resource || work.resource(origin).is_bundle_container) {
      insert_all(list, lists[at(resource)]);
      return;
    }
    const int bundled = bundle.bundled;
    if (bundled < 0 || !work.resource(bundled).promotable) {
      return;
    }
    // The bundled clone and its instances feel them once roles are being chosen.
    const bool choosing = origin == bundled
                              ? work.of(origin).roles_chosen
                              : work.resource(origin).parent == bundled && work.of(origin).assigned;
    if (choosing) {
      insert_all(list, lists[at(resource)]);
    }
  }
};

}  // namespace

Links links_with_others(const Assignment& work, int resource) {
  Links list;
  Collector{work, work.colocations.with_others, &ColocationLink::primary, true}.collect(
      resource, resource, list);
  return list;
}

Links links_with_this(const Assignment& work, int resource) {
  Links list;
  Collector{work, work.colocations.with_this, &ColocationLink::dependent, false}.collect(
      resource, resource, list);
  return list;
}

}  // namespace mainstay::scheduler
