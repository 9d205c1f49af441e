// SPDX-License-Identifier: Apache-2.0
// Whether a colocation concerns the place of its dependent or its role, and what it does to the
// promotion priority of an instance that has its node already. Pacemaker Explained, "Colocation".
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;
using model::Variant;

bool is_promotable_instance(const Assignment& work, int resource) {
  for (int around = work.resource(resource).parent; around >= 0;
       around = work.resource(around).parent) {
    if (work.resource(around).promotable && work.resource(around).variant == Variant::clone) {
      return true;
    }
  }
  return false;
}

/// A bundle's role is that of the resource in it.
int role_carrier(const Assignment& work, int resource) {
  const Resource& r = work.resource(resource);
  return r.is_bundle_container && r.contained >= 0 ? r.contained : resource;
}

}  // namespace

LinkEffect effect_of(const Assignment& work, int dependent, int primary, const ColocationLink& link,
                     bool preview) {
  if (!preview && !work.of(primary).assigned) {
    return LinkEffect::nothing;
  }
  const int carrier = role_carrier(work, dependent);
  if (link.dependent_role >= Role::unpromoted && is_promotable_instance(work, carrier) &&
      work.of(carrier).assigned) {
    return LinkEffect::role;
  }
  if (!preview && work.of(dependent).assigned) {
    return LinkEffect::nothing;
  }
  if (link.dependent_role != Role::unknown && link.dependent_role != work.next_role(carrier)) {
    return LinkEffect::nothing;
  }
  if (link.primary_role != Role::unknown &&
      link.primary_role != work.next_role(role_carrier(work, primary))) {
    return LinkEffect::nothing;
  }
  return LinkEffect::location;
}

int apply_to_priority(Assignment& work, int dependent, int primary, const ColocationLink& link) {
  const int there = work.assigned_node(primary);
  const int here = work.assigned_node(dependent);
  if (here < 0) {
    return 0;
  }
  if (there >= 0 && link.primary_role != Role::unknown &&
      link.primary_role != work.next_role(role_carrier(work, primary))) {
    return 0;
  }
  int change = link.dependent_role == Role::unpromoted ? -link.score : link.score;
  if (there < 0 || !same_value(node_value(work, here, link.node_attribute, dependent),
                               node_value(work, there, link.node_attribute, primary))) {
    change = link.score >= kInfinity && link.dependent_role == Role::promoted ? -kInfinity : 0;
  }
  int& priority = work.priority[at(dependent)];
  priority = model::add_scores(change, priority);
  return change;
}

}  // namespace mainstay::scheduler
