// SPDX-License-Identifier: Apache-2.0
// What is known of nodes and what happened there: attributes, operations, failures, tickets, bans.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <utility>

#include "core/report/history_view.h"
#include "core/report/status_text.h"
#include "core/report/status_xml.h"

namespace mainstay::report {
namespace {

using model::ClusterState;
using model::NodeState;

std::string milliseconds(std::int64_t count) {
  return std::to_string(count) + "ms";
}

/// ISO 8601, with blanks: "2026-11-24 00:18:15 +01:00".
std::string zoned_text(std::int64_t seconds) {
  const std::time_t when = seconds;
  std::tm local{};
  localtime_r(&when, &local);
  const std::string text = fmt::format("{:%Y-%m-%d %H:%M:%S}", local);
  const auto minutes = local.tm_gmtoff / 60;
  return minutes == 0 ? text + "Z"
                      : fmt::format("{} {}{:02}:{:02}", text, minutes < 0 ? '-' : '+',
                                    std::abs(minutes) / 60, std::abs(minutes) % 60);
}

void add_operation(XmlLines& xml, const model::HistoryEntry& entry) {
  XmlLines::Attributes attributes = {{"call", std::to_string(entry.call_id)},
                                     {"task", task_text(entry)},
                                     {"rc", std::to_string(entry.rc)},
                                     {"rc_text", exit_code_text(entry.rc)}};
  if (entry.interval > Duration(0)) {
    attributes.emplace_back("interval", milliseconds(entry.interval.count()));
  }
  if (entry.last_change > 0) {
    attributes.emplace_back("last-rc-change", clock_text(entry.last_change));
  }
  if (entry.exec_time >= 0) {
    attributes.emplace_back("exec-time", milliseconds(entry.exec_time));
  }
  if (entry.queue_time >= 0) {
    attributes.emplace_back("queue-time", milliseconds(entry.queue_time));
  }
  xml.add("operation_history", attributes);
}

void add_resource_history(XmlLines& xml, const ResourceHistory& history) {
  XmlLines::Attributes attributes = {
      {"id", history.id},
      {"orphan", yes_no(history.removed)},
      {"migration-threshold", std::to_string(history.migration_threshold)}};
  if (history.fail_count > 0) {
    attributes.emplace_back("fail-count", std::to_string(history.fail_count));
  }
  if (history.last_failure > 0) {
    attributes.emplace_back("last-failure", clock_text(history.last_failure));
  }
  xml.open("resource_history", attributes);
  for (const model::HistoryEntry* entry : history.operations) {
    add_operation(xml, *entry);
  }
  xml.close();
}

}  // namespace

void add_node_attributes(XmlLines& xml, const ClusterState& state) {
  bool any = false;
  for (const NodeState& node : state.nodes) {
    const auto shown = shown_attributes(node);
    if (!node.online || shown.empty()) {
      continue;
    }
    if (!std::exchange(any, true)) {
      xml.open("node_attributes");
    }
    xml.open("node", {{"name", node.name}});
    for (const auto& [name, value] : shown) {
      xml.add("attribute", {{"name", name}, {"value", value}});
    }
    xml.close();
  }
  if (any) {
    xml.close();
  }
}

void add_node_history(XmlLines& xml, const ClusterState& state) {
  if (!any_history(state)) {
    return;
  }
  xml.open("node_history");
  for (int n = 0; n < static_cast<int>(state.nodes.size()); ++n) {
    const auto all = histories(state, n);
    if (all.empty()) {
      continue;
    }
    xml.open("node", {{"name", state.nodes[static_cast<std::size_t>(n)].name}});
    for (const ResourceHistory& history : all) {
      add_resource_history(xml, history);
    }
    xml.close();
  }
  xml.close();
}

void add_failures(XmlLines& xml, const ClusterState& state) {
  if (state.failed_operations.empty()) {
    return;
  }
  xml.open("failures");
  for (const model::FailedOperation& failed : state.failed_operations) {
    XmlLines::Attributes attributes = {
        {failed.key.empty() ? "id" : "op_key", failed.key.empty() ? failed.id : failed.key},
        {"node", state.nodes[static_cast<std::size_t>(failed.node)].name},
        {"exitstatus", exit_code_text(failed.rc)},
        {"exitreason", failed.exit_reason.empty() ? "none" : failed.exit_reason},
        {"exitcode", std::to_string(failed.rc)},
        {"call", std::to_string(failed.call_id)},
        {"status", status_code_text(failed.status)}};
    if (failed.last_change > 0) {
      attributes.emplace_back("last-rc-change", zoned_text(failed.last_change));
      if (failed.queue_time >= 0) {
        attributes.emplace_back("queued", std::to_string(failed.queue_time));
      }
      if (failed.exec_time >= 0) {
        attributes.emplace_back("exec", std::to_string(failed.exec_time));
      }
      attributes.emplace_back("interval", std::to_string(failed.interval.count()));
      attributes.emplace_back("task", failed.task);
    }
    xml.add("failure", attributes);
  }
  xml.close();
}

void add_tickets(XmlLines& xml, const ClusterState& state) {
  if (state.tickets.empty()) {
    return;
  }
  xml.open("tickets");
  for (const auto& [id, ticket] : state.tickets) {
    XmlLines::Attributes attributes = {{"id", id},
                                       {"status", ticket.granted ? "granted" : "revoked"},
                                       {"standby", yes_no(ticket.standby)}};
    if (ticket.last_granted >= 0) {
      attributes.emplace_back("last-granted", clock_text(ticket.last_granted));
    }
    xml.add("ticket", attributes);
  }
  xml.close();
}

void add_bans(XmlLines& xml, const ClusterState& state) {
  const auto all = bans(state);
  if (all.empty()) {
    return;
  }
  xml.open("bans");
  for (const Ban& ban : all) {
    xml.add("ban", {{"id", ban.id},
                    {"resource", ban.resource},
                    {"node", ban.node},
                    {"weight", std::to_string(ban.score)},
                    {"promoted-only", yes_no(ban.promoted_only)},
                    {"master_only", yes_no(ban.promoted_only)}});
  }
  xml.close();
}

}  // namespace mainstay::report
