// SPDX-License-Identifier: Apache-2.0
#include "core/report/history_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "core/report/status_text.h"

namespace mainstay::report {
namespace {

using model::ClusterState;
using model::HistoryEntry;
using model::NodeState;

constexpr int kNotRunning = 7;

/// The resource found nowhere by a probe, and what agents were told, are no news.
bool is_news(const HistoryEntry& entry) {
  const bool probe = entry.task == "monitor" && entry.interval == Duration(0);
  return entry.task != "notify" && !(probe && entry.rc == kNotRunning);
}

/// "VIP#monitor_10000" is the failure of an operation of VIP.
bool is_of(const std::string& key, const std::string& id) {
  return key.compare(0, key.find('#'), id) == 0;
}

ResourceHistory history_of(const ClusterState& state, const NodeState& node,
                           const model::HistoryResource& recorded) {
  ResourceHistory history;
  history.recorded = &recorded;
  history.id = recorded.id;
  if (!recorded.resources.empty()) {
    const auto& resource = state.resources[static_cast<std::size_t>(recorded.resources.front())];
    history.removed = resource.removed && resource.parent < 0;
    history.migration_threshold = resource.migration_threshold;
  }
  history.fail_count = fail_count(node, history.id);
  for (const auto& [key, when] : node.last_failures) {
    if (is_of(key, history.id)) {
      history.last_failure = std::max(history.last_failure, when);
    }
  }
  for (const HistoryEntry& entry : recorded.entries) {
    if (is_news(entry)) {
      history.operations.push_back(&entry);
    }
  }
  return history;
}

}  // namespace

int fail_count(const NodeState& node, const std::string& resource) {
  int sum = 0;
  for (const auto& [key, count] : node.fail_counts) {
    sum = is_of(key, resource) ? model::add_scores(sum, count) : sum;
  }
  return sum;
}

std::string operation_text(const HistoryEntry& entry, const std::string& node) {
  std::string text =
      fmt::format("{} (node={}, call={}, rc={}", entry.key.empty() ? entry.id : entry.key, node,
                  entry.call_id, entry.rc);
  if (entry.last_change > 0) {
    text += ", last-rc-change='" + clock_text(entry.last_change) + "'";
  }
  if (entry.exec_time >= 0) {
    text += fmt::format(", exec={}ms", entry.exec_time);
  }
  return text + "): " + status_code_text(entry.status);
}

std::string ticket_text(const model::Ticket& ticket) {
  std::string text = fmt::format("{}\t{}{:10}", ticket.id, ticket.granted ? "granted" : "revoked",
                                 ticket.standby ? " [standby]" : "");
  if (ticket.last_granted >= 0) {
    text += " last-granted='" + clock_text(ticket.last_granted) + "'";
  }
  return text;
}

bool any_history(const ClusterState& state) {
  return std::any_of(state.nodes.begin(), state.nodes.end(),
                     [](const NodeState& node) { return node.online && node.history_known; });
}

std::vector<ResourceHistory> histories(const ClusterState& state, int node) {
  const NodeState& known = state.nodes[static_cast<std::size_t>(node)];
  std::vector<ResourceHistory> all;
  if (!known.online) {
    return all;
  }
  for (const model::HistoryResource& recorded : known.history) {
    ResourceHistory history = history_of(state, known, recorded);
    if (!history.operations.empty()) {
      all.push_back(std::move(history));
    }
  }
  return all;
}

std::vector<std::pair<std::string, std::string>> shown_attributes(const NodeState& node) {
  constexpr std::array<std::string_view, 6> kHidden = {"#",       "shutdown",    "terminate",
                                                       "standby", "fail-count-", "last-failure-"};
  std::vector<std::pair<std::string, std::string>> shown;
  for (const auto& attribute : node.attributes) {
    if (std::none_of(kHidden.begin(), kHidden.end(), [&](std::string_view hidden) {
          return attribute.first.starts_with(hidden);
        })) {
      shown.emplace_back(attribute.first, attribute.second);
    }
  }
  return shown;
}

std::string clock_text(std::int64_t seconds) {
  const std::time_t when = seconds;
  std::tm local{};
  localtime_r(&when, &local);
  return fmt::format("{:%a %b %e %H:%M:%S %Y}", local);
}

std::string heading_of(const ResourceHistory& history) {
  std::string text =
      fmt::format("{}: migration-threshold={}", history.id, history.migration_threshold);
  if (history.fail_count > 0) {
    text += " fail-count=" + std::to_string(history.fail_count);
  }
  if (history.last_failure > 0) {
    text += " last-failure='" + clock_text(history.last_failure) + "'";
  }
  return text;
}

std::string task_text(const HistoryEntry& entry) {
  return entry.task == "monitor" && entry.interval == Duration(0) ? "probe"
                                                                  : std::string(entry.task);
}

std::vector<Ban> bans(const ClusterState& state) {
  std::vector<Ban> all;
  for (auto at = state.locations.rbegin(); at != state.locations.rend(); ++at) {
    const model::LocationConstraint& location = *at;
    if (location.id.find(' ') != std::string::npos) {
      continue;  // no constraint of the configuration: an id has no blanks
    }
    for (const auto& [node, score] : location.nodes) {
      if (score < 0) {
        all.push_back({location.id, state.resources[static_cast<std::size_t>(location.resource)].id,
                       state.nodes[static_cast<std::size_t>(node)].name, score,
                       location.role == model::Role::promoted});
      }
    }
  }
  return all;
}

}  // namespace mainstay::report
