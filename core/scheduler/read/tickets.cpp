// SPDX-License-Identifier: Apache-2.0
// What a ticket that is not granted (or in standby) does to the resources that need it, by their
// loss-policy: stop, demote, freeze (left alone), fence. Pacemaker Explained, "Multi-Site
// Clusters".
#include "core/scheduler/read/tickets.h"

#include <algorithm>

#include "core/scheduler/read/lookup.h"
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::OnFail;
using model::Resource;
using model::Role;
using model::TicketConstraint;

void ban(ClusterState& state, int resource, const char* why) {
  add_location(state, resource, -1, -model::kInfinity, why);
}

bool role_matches(const Resource& resource, const TicketConstraint& constraint) {
  return constraint.role == Role::unknown || constraint.role == resource.role;
}

void lose_ticket(ClusterState& state, int index, const TicketConstraint& constraint) {
  static const char* const kReason = "loss of ticket";
  Resource& resource = state.resources[at(index)];
  switch (constraint.loss_policy) {
    case OnFail::demote:
      // The promotion itself is prevented where roles are chosen.
      if (constraint.role != Role::promoted) {
        ban(state, index, kReason);
      }
      return;
    case OnFail::fence:
      if (role_matches(resource, constraint)) {
        ban(state, index, kReason);
        for (const int node : resource.running_on) {
          demand_fencing(state, node, "deadman ticket was lost");
        }
      }
      return;
    case OnFail::ignore:
      if (role_matches(resource, constraint)) {
        resource.managed = false;
        resource.blocked = true;
      }
      return;
    default:
      ban(state, index, kReason);
  }
}

void apply(ClusterState& state, int index, const TicketConstraint& constraint,
           const model::Ticket& ticket) {
  for (const int child : std::vector<int>(state.resources[at(index)].children)) {
    apply(state, child, constraint, ticket);
  }
  if (!state.resources[at(index)].children.empty()) {
    return;
  }
  if (!ticket.granted && !state.resources[at(index)].running_on.empty()) {
    lose_ticket(state, index, constraint);
  } else if (constraint.role != Role::promoted || constraint.loss_policy == OnFail::stop) {
    ban(state, index, ticket.granted ? "ticket in standby" : "no ticket");
  }
}

}  // namespace

std::optional<ClusterState> apply_lost_tickets(const ClusterState& state) {
  const auto lost = [&](const TicketConstraint& constraint) {
    const auto ticket = state.tickets.find(constraint.ticket);
    return ticket == state.tickets.end() || !ticket->second.granted || ticket->second.standby;
  };
  const auto& constraints = state.ticket_constraints;
  if (std::none_of(constraints.begin(), constraints.end(), lost)) {
    return std::nullopt;
  }
  ClusterState changed = state;
  for (const TicketConstraint& constraint : constraints) {
    if (lost(constraint)) {
      apply(changed, constraint.resource, constraint, changed.tickets[constraint.ticket]);
    }
  }
  return changed;
}

}  // namespace mainstay::scheduler
