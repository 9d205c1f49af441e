// SPDX-License-Identifier: Apache-2.0
// crm_ticket, as far as it asks.
#include <fmt/format.h>

#include <string>

#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"
#include "core/report/history_view.h"

namespace mainstay::ctl::crm {
namespace {

struct Asked {
  std::string ticket;
  std::string attribute;
  std::string fallback;
  bool info = false;
};

/// "granted", "standby", "last-granted"; empty: it has none such.
std::string value_of(const model::Ticket& ticket, const std::string& name) {
  if (name == "granted") {
    return ticket.granted ? "true" : "false";
  }
  if (name == "standby") {
    return ticket.standby ? "true" : "false";
  }
  return name == "last-granted" && ticket.last_granted >= 0 ? std::to_string(ticket.last_granted)
                                                            : "";
}

int tell_attribute(const Run& run, const Asked& asked, const model::ClusterState& state) {
  const auto ticket = state.tickets.find(asked.ticket);
  std::string value =
      ticket == state.tickets.end() ? "" : value_of(ticket->second, asked.attribute);
  value = value.empty() ? asked.fallback : value;
  if (value.empty()) {
    return run.nothing_there();
  }
  fmt::print("{}\n", value);
  return kOk;
}

}  // namespace

int crm_ticket(int argc, char** argv) {
  Run run("crm_ticket");
  Asked asked;
  const Grammar app = run.grammar();
  app.add_flag("-l,-L,--info,--details", asked.info, "All tickets, or the one given");
  app.add_option("-t,--ticket", asked.ticket, "The ticket");
  app.add_option("-G,--get-attr", asked.attribute, "granted, standby, last-granted");
  app.add_option("-d,--default", asked.fallback, "What to show if it is not set");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  const auto known = run.state();
  if (!known) {
    return run.complain(known.error());
  }
  const model::ClusterState& state = known->state;
  if (!asked.attribute.empty()) {
    return tell_attribute(run, asked, state);
  }
  for (const auto& [id, ticket] : state.tickets) {
    if (asked.ticket.empty() || asked.ticket == id) {
      fmt::print("{}\n", report::ticket_text(ticket));
    }
  }
  return kOk;
}

}  // namespace mainstay::ctl::crm
