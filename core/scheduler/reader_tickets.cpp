// SPDX-License-Identifier: Apache-2.0
// What a ticket that is not granted (or in standby) does to the resources that need it, by their
// loss-policy: stop, demote, freeze (left alone), fence. Pacemaker Explained, "Multi-Site
// Clusters".
#include "core/scheduler/reader_parts.h"

namespace mainstay::scheduler {
namespace {

using model::OnFail;
using model::Resource;
using model::Role;
using model::TicketConstraint;

void ban(Reading& reading, int resource, const char* why) {
  add_location(reading.state, resource, -1, -model::kInfinity, why);
}

bool role_matches(const Resource& resource, const TicketConstraint& constraint) {
  return constraint.role == Role::unknown || constraint.role == resource.role;
}

void lose_ticket(Reading& reading, int index, const TicketConstraint& constraint) {
  static const char* const kReason = "loss of ticket";
  Resource& resource = reading.resource(index);
  switch (constraint.loss_policy) {
    case OnFail::demote:
      // The promotion itself is prevented where roles are chosen.
      if (constraint.role != Role::promoted) {
        ban(reading, index, kReason);
      }
      return;
    case OnFail::fence:
      if (role_matches(resource, constraint)) {
        ban(reading, index, kReason);
        for (const int node : resource.running_on) {
          demand_fencing(reading, node, "deadman ticket was lost");
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
      ban(reading, index, kReason);
  }
}

void apply(Reading& reading, int index, const TicketConstraint& constraint,
           const model::Ticket& ticket) {
  for (const int child : std::vector<int>(reading.resource(index).children)) {
    apply(reading, child, constraint, ticket);
  }
  if (!reading.resource(index).children.empty()) {
    return;
  }
  if (!ticket.granted && !reading.resource(index).running_on.empty()) {
    lose_ticket(reading, index, constraint);
  } else if (constraint.role != Role::promoted || constraint.loss_policy == OnFail::stop) {
    ban(reading, index, ticket.granted ? "ticket in standby" : "no ticket");
  }
}

}  // namespace

void apply_tickets(Reading& reading) {
  for (const TicketConstraint& constraint :
       std::vector<TicketConstraint>(reading.state.ticket_constraints)) {
    const model::Ticket& ticket = reading.state.tickets[constraint.ticket];
    if (!ticket.granted || ticket.standby) {
      apply(reading, constraint.resource, constraint, ticket);
    }
  }
}

}  // namespace mainstay::scheduler
