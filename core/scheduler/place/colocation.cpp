// SPDX-License-Identifier: Apache-2.0
// Which resources are bound to each other: as configured, a group's members to their predecessors,
// what is in a container to it. Pacemaker Explained, "Colocation".
#include "core/scheduler/place/colocation.h"

#include "core/scheduler/place/assignment.h"
#include "core/scheduler/place/colocation_order.h"

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::kInfinity;
using model::Resource;
using model::Variant;

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
  if (resource.container_index < 0 || !resource.managed || is_inside_guest(state, index)) {
    return;
  }
  ColocationLink link;
  link.id = "#resource-with-container";
  link.dependent = index;
  link.primary = resource.container_index;
  link.score = resource.container_nested ? 10000 : kInfinity;
  out.add(state, std::move(link));
}

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

bool is_inside_guest(const ClusterState& state, int index) {
  const Resource& resource = state.resources[at(index)];
  return !resource.is_remote && resource.container_index >= 0 &&
         connection_of_container(state, resource.container_index) >= 0;
}

bool must_be_with_container(const ClusterState& state, int index) {
  return !state.resources[at(index)].container_nested && !is_inside_guest(state, index);
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

bool has_influence(const Assignment& work, const ColocationLink& link, int primary) {
  const Resource& r = work.resource(primary < 0 ? link.primary : primary);
  // A connection is moved more easily than the container around it.
  if (work.resource(link.dependent).container_nested && !r.failed && r.running_on.size() == 1) {
    return false;
  }
  return link.influence || r.running_on.empty();
}

void follow(Assignment& work, const ColocationLink& link, int dependent) {
  const bool reversible =
      link.dependent_role >= model::Role::promoted || (link.score < 0 && link.score > -kInfinity);
  const Weights old = reversible ? work.weights(dependent) : Weights{};
  if (!work.of(link.primary).assigned) {
    assign(work, link.primary, -1, true);
  }
  const Weights before = work.trace == nullptr ? Weights{} : work.weights(dependent);
  apply_link(work, dependent, link.primary, link, true);
  record_difference(work, link, dependent, ScoreReason::Kind::colocation, before);
  if (reversible && !any_node_usable(work, work.weights(dependent))) {
    work.weights(dependent) = old;
  }
}

}  // namespace mainstay::scheduler
