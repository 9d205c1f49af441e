// SPDX-License-Identifier: Apache-2.0
// Which colocations concern a resource. A group's members are chained to their predecessors; its
// first member takes over what the others are bound to, its last what is bound to the others;
// instances take over the links of their clone. Pacemaker Explained, "Colocation".
#include "core/scheduler/place/colocation.h"

#include <algorithm>
#include <tuple>

#include "core/scheduler/place/assignment.h"

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

void link_group_members(const ClusterState& state, const Resource& group, Colocations& out) {
  for (std::size_t i = 1; i < group.children.size(); ++i) {
    ColocationLink link;
    link.id = "#group-members";
    link.dependent = group.children[i];
    link.primary = group.children[i - 1];
    link.score = kInfinity;
    link.influence = state.resources[at(link.dependent)].critical;
    out.add(state, std::move(link));
  }
}

void link_address(const ClusterState& state, const model::BundleReplica& replica,
                  Colocations& out) {
  if (replica.ip < 0) {
    return;
  }
  ColocationLink link;
  link.id = "#ip-with-container";
  link.dependent = replica.ip;
  link.primary = replica.container;
  link.score = kInfinity;
  out.add(state, std::move(link));
}

void link_container(const ClusterState& state, int index, Colocations& out) {
  const Resource& resource = state.resources[at(index)];
  if (resource.container_index < 0) {
    return;
  }
  if (!resource.is_remote && connection_of_container(state, resource.container_index) >= 0) {
    return;  // placed by a ban of all other nodes
  }
  ColocationLink link;
  link.id = "#resource-with-container";
  link.dependent = index;
  link.primary = resource.container_index;
  link.score = resource.container_nested ? 10000 : kInfinity;
  out.add(state, std::move(link));
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

int connection_of_container(const ClusterState& state, int container) {
  if (state.resources[at(container)].is_remote) {
    return container;
  }
  for (const int filler : state.resources[at(container)].fillers) {
    if (state.resources[at(filler)].is_remote) {
      return filler;
    }
  }
  return -1;
}

Colocations link_resources(const ClusterState& state) {
  Colocations out;
  out.with_others.resize(state.resources.size());
  out.with_this.resize(state.resources.size());
  for (const model::ColocationConstraint& constraint : state.colocations) {
    if (constraint.dependent < 0 || constraint.primary < 0 || constraint.score == 0) {
      continue;
    }
    out.add(state, {constraint.id, constraint.dependent, constraint.primary,
                    constraint.dependent_role, constraint.primary_role, constraint.score,
                    constraint.node_attribute, constraint.influence, true});
  }
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    const Resource& resource = state.resources[i];
    if (resource.variant == Variant::group && resource.colocated) {
      link_group_members(state, resource, out);
    }
    for (const model::BundleReplica& replica : resource.replicas) {
      link_address(state, replica, out);
    }
    link_container(state, static_cast<int>(i), out);
  }
  return out;
}

void Colocations::add(const ClusterState& state, ColocationLink link) {
  const auto priority_of = [&](int index) { return state.resources[at(index)].priority; };
  const int index = static_cast<int>(links.size());
  const int dependent = link.dependent;
  const int primary = link.primary;
  links.push_back(std::move(link));
  insert_sorted(state, links, &ColocationLink::primary, priority_of, with_others[at(dependent)],
                index);
  insert_sorted(state, links, &ColocationLink::dependent, priority_of, with_this[at(primary)],
                index);
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
