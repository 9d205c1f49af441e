// SPDX-License-Identifier: Apache-2.0
// Which colocations concern a resource. A group's members are chained to their predecessors; its
// first member takes over what the others are bound to, its last what is bound to the others;
// instances take over the links of their clone. Pacemaker Explained, "Colocation".
#include "core/scheduler/colocation.h"

#include <algorithm>
#include <tuple>

#include "core/scheduler/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::kInfinity;
using model::Resource;
using model::Variant;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// By priority, bundles before clones before groups before primitives, promotable clones first,
/// then by id. Negative: `a` goes first.
template <typename Priority>
int compare_resources(const Resource& a, const Resource& b, const Priority& priority_of, int ia,
                      int ib) {
  const auto key = [&](const Resource& r, int index) {
    const bool promotable = r.variant == Variant::clone && r.promotable;
    return std::tuple(-static_cast<std::int64_t>(priority_of(index)), -static_cast<int>(r.variant),
                      promotable ? 0 : 1);
  };
  const auto left = key(a, ia);
  const auto right = key(b, ib);
  if (left != right) {
    return left < right ? -1 : 1;
  }
  return a.id.compare(b.id);
}

template <typename Priority>
void insert_sorted(const ClusterState& state, const std::vector<ColocationLink>& links,
                   int ColocationLink::*end, const Priority& priority_of, Links& list, int link) {
  const auto resource_of = [&](int index) { return links[at(index)].*end; };
  const auto before = [&](int element, int value) {
    const int a = resource_of(element);
    const int b = resource_of(value);
    return compare_resources(state.resources[at(a)], state.resources[at(b)], priority_of, a, b) < 0;
  };
  list.insert(std::lower_bound(list.begin(), list.end(), link, before), link);
}

void link_group_members(const ClusterState& state, const Resource& group,
                        std::vector<ColocationLink>& links) {
  for (std::size_t i = 1; i < group.children.size(); ++i) {
    ColocationLink link;
    link.id = "#group-members";
    link.dependent = group.children[i];
    link.primary = group.children[i - 1];
    link.score = kInfinity;
    link.influence = state.resources[at(link.dependent)].critical;
    links.push_back(std::move(link));
  }
}

void link_container(const ClusterState& state, int index, std::vector<ColocationLink>& links) {
  const Resource& resource = state.resources[at(index)];
  if (resource.container_index < 0) {
    return;
  }
  const Resource& container = state.resources[at(resource.container_index)];
  if (!resource.is_remote && (container.is_remote || container.remote_node >= 0)) {
    return;  // placed by a ban of all other nodes
  }
  ColocationLink link;
  link.id = "#resource-with-container";
  link.dependent = index;
  link.primary = resource.container_index;
  link.score = resource.container_nested ? 10000 : kInfinity;
  links.push_back(std::move(link));
}

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
    if (origin == resource || work.resource(origin).parent == resource) {
      if (origin == resource || work.resource(origin).is_bundle_container) {
        insert_all(list, lists[at(resource)]);
      }
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

Colocations link_resources(const ClusterState& state) {
  Colocations out;
  for (const model::ColocationConstraint& constraint : state.colocations) {
    if (constraint.dependent < 0 || constraint.primary < 0 || constraint.score == 0) {
      continue;
    }
    out.links.push_back({constraint.id, constraint.dependent, constraint.primary,
                         constraint.dependent_role, constraint.primary_role, constraint.score,
                         constraint.node_attribute, constraint.influence, true});
  }
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    const Resource& resource = state.resources[i];
    if (resource.variant == Variant::group && resource.colocated) {
      link_group_members(state, resource, out.links);
    }
    link_container(state, static_cast<int>(i), out.links);
  }
  out.with_others.resize(state.resources.size());
  out.with_this.resize(state.resources.size());
  const auto priority_of = [&](int index) { return state.resources[at(index)].priority; };
  for (std::size_t i = 0; i < out.links.size(); ++i) {
    const auto& link = out.links[i];
    insert_sorted(state, out.links, &ColocationLink::primary, priority_of,
                  out.with_others[at(link.dependent)], static_cast<int>(i));
    insert_sorted(state, out.links, &ColocationLink::dependent, priority_of,
                  out.with_this[at(link.primary)], static_cast<int>(i));
  }
  return out;
}

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
