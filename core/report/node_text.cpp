// SPDX-License-Identifier: Apache-2.0
// The node list and the list of failed operations.
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "core/report/status_printer.h"
#include "core/report/status_text.h"

namespace mainstay::report {
namespace {

using model::ClusterState;
using model::NodeState;

/// What is special about a node; empty: it goes into a collected list.
std::string node_condition(const NodeState& node) {
  if (node.unclean) {
    if (node.online) {
      return "UNCLEAN (online)";
    }
    return node.pending ? "UNCLEAN (pending)" : "UNCLEAN (offline)";
  }
  if (node.pending) {
    return "pending";
  }
  if (node.standby_on_fail && node.online) {
    return "standby (on-fail)";
  }
  if (node.standby) {
    if (!node.online) {
      return "OFFLINE (standby)";
    }
    return node.running.empty() ? "standby" : "standby (with active resources)";
  }
  if (node.maintenance) {
    return node.online ? "maintenance" : "OFFLINE (maintenance)";
  }
  return "";
}

std::string with_health(const NodeState& node, std::string condition) {
  if (node.health == model::Health::green) {
    return condition;
  }
  if (condition.empty()) {
    condition = node.online ? "online" : "OFFLINE";
  }
  return condition +
         (node.health == model::Health::red ? " (health is RED)" : " (health is YELLOW)");
}

/// 0: member, 1: remote, 2: guest.
std::size_t kind_of(const ClusterState& state, const NodeState& node) {
  if (node.type == model::NodeType::member) {
    return 0;
  }
  const bool guest =
      node.remote_resource >= 0 &&
      state.resources[static_cast<std::size_t>(node.remote_resource)].container_index >= 0;
  return guest ? 2 : 1;
}

}  // namespace

std::string node_heading(const ClusterState& state, const NodeState& node) {
  constexpr std::array<const char*, 3> kLabels = {"", "Remote", "Guest"};
  std::string condition = with_health(node, node_condition(node));
  if (condition.empty()) {
    condition = node.online ? "online" : "OFFLINE";
  }
  return fmt::format("* {}Node {}: {}:", kLabels.at(kind_of(state, node)), node.name, condition);
}

std::vector<std::string> node_lines(const ClusterState& state) {
  std::vector<std::string> lines;
  // Guests that are off are not told: their containers are in the list of resources.
  constexpr std::array<const char*, 3> kLabels = {"", "Remote", "Guest"};
  std::array<std::vector<std::string>, 6> lists;
  for (const NodeState& node : state.nodes) {
    const std::size_t kind = kind_of(state, node);
    const std::string condition = with_health(node, node_condition(node));
    if (!condition.empty()) {
      lines.push_back(fmt::format("* {}Node {}: {}", kLabels.at(kind), node.name, condition));
    } else if (kind < 2 || node.online) {
      lists.at((kind < 1 ? 0 : kind * 2) + (node.online ? 0 : 1)).push_back(node.name);
    }
  }
  constexpr std::array<const char*, 5> kHeads = {"Online", "OFFLINE", "RemoteOnline",
                                                 "RemoteOFFLINE", "GuestOnline"};
  for (std::size_t i = 0; i < kHeads.size(); ++i) {
    if (!lists.at(i).empty()) {
      lines.push_back(fmt::format("* {}: [ {} ]", kHeads.at(i), fmt::join(lists.at(i), " ")));
    }
  }
  return lines;
}

std::vector<std::string> failed_operation_lines(const ClusterState& state) {
  std::vector<std::string> lines;
  for (const model::FailedOperation& failed : state.failed_operations) {
    const std::time_t when = failed.last_change;
    std::tm local{};
    localtime_r(&when, &local);
    std::array<char, 64> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%d %H:%M:%S %z", &local);
    lines.push_back(fmt::format(
        "* {} {} on {} returned '{}' ({}){}{}",
        state.resources[static_cast<std::size_t>(failed.resource)].id,
        failed.interval == Duration(0)
            ? (failed.task == "monitor" ? "probe" : failed.task)
            : fmt::format("{}-interval {}", interval_text(failed.interval), failed.task),
        state.nodes[static_cast<std::size_t>(failed.node)].name, exit_code_text(failed.rc),
        failed.rc, failed.exit_reason.empty() ? "" : fmt::format(" ({})", failed.exit_reason),
        failed.last_change > 0 ? fmt::format(" at {}", date.data()) : ""));
  }
  return lines;
}

}  // namespace mainstay::report
