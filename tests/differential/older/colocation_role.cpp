// SPDX-License-Identifier: Apache-2.0
// 2.1.5: what is kept apart by role is so where the role is another one, and not where it is that
// role. Nothing is promoted or not for what is nowhere; a mandatory colocation with what is
// elsewhere forbids the promotion whatever the role there. A bundle's container has no role of what
// is in it.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Role;

bool leaves_out(const Assignment& work, int resource, Role role, bool apart) {
  return role != Role::unknown && (role == work.next_role(resource)) == apart;
}

}  // namespace

LinkEffect effect_of(const Assignment& work, int dependent, int primary, const ColocationLink& link,
                     bool preview) {
  if (!preview && !work.of(primary).assigned) {
    return LinkEffect::nothing;
  }
  const int around = work.resource(dependent).parent;
  if (link.dependent_role >= Role::unpromoted && around >= 0 && work.resource(around).promotable &&
      work.of(dependent).assigned) {
    return LinkEffect::role;
  }
  const bool late = !preview && work.of(dependent).assigned;
  const bool apart = link.score < 0;
  return late || leaves_out(work, dependent, link.dependent_role, apart) ||
                 leaves_out(work, primary, link.primary_role, apart)
             ? LinkEffect::nothing
             : LinkEffect::location;
}

int apply_to_priority(Assignment& work, int dependent, int primary, const ColocationLink& link) {
  const int there = work.assigned_node(primary);
  const int here = work.assigned_node(dependent);
  if (here < 0 || there < 0) {
    return 0;
  }
  int change = link.dependent_role == Role::unpromoted ? -link.score : link.score;
  if (!same_value(node_value(work, here, link.node_attribute, dependent),
                  node_value(work, there, link.node_attribute, primary))) {
    change = link.score >= kInfinity && link.dependent_role == Role::promoted ? -kInfinity : 0;
  } else if (link.primary_role != Role::unknown && link.primary_role != work.next_role(primary)) {
    return 0;
  }
  int& priority = work.priority[at(dependent)];
  priority = model::add_scores(change, priority);
  return change;
}

}  // namespace mainstay::scheduler
