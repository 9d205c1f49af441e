// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/status_view.h"

#include <fmt/format.h>

#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"
#include "core/report/status_text.h"
#include "core/scheduler/read/reader.h"

namespace mainstay::ctl {
namespace {

constexpr const char* kRed = "\033[31m";
constexpr const char* kGreen = "\033[32m";
constexpr const char* kYellow = "\033[33m";
constexpr const char* kPlain = "\033[0m";

std::string painted(const std::string& line, bool color) {
  if (!color) {
    return line;
  }
  const auto has = [&](std::string_view word) { return line.find(word) != std::string::npos; };
  const char* paint = nullptr;
  if (has("FAILED") || has("UNCLEAN") || has("OFFLINE") || has("WITHOUT quorum")) {
    paint = kRed;
  } else if (has("standby") || has("maintenance") || has("Stopped") || has("pending")) {
    paint = kYellow;
  } else if (has("* Online:") || has("Started")) {
    paint = kGreen;
  }
  return paint == nullptr ? line : paint + line + kPlain;
}

std::string indented(const std::vector<std::string>& lines, bool color) {
  std::string text;
  for (const std::string& line : lines) {
    text += "  " + painted(line, color) + "\n";
  }
  return text;
}

std::string heading(const std::string& name, const std::vector<std::string>& lines, bool color) {
  return lines.empty() ? std::string() : "\n" + name + ":\n" + indented(lines, color);
}

std::string counts(const StatusView& view) {
  const std::size_t nodes = view.state.nodes.size();
  const report::InstanceCounts count = report::count_instances(view.state);
  std::string text = fmt::format("  * {} node{} configured\n", nodes, nodes == 1 ? "" : "s");
  text +=
      fmt::format("  * {} resource instance{} configured", count.all, count.all == 1 ? "" : "s");
  Words parts;
  if (count.disabled > 0) {
    parts.push_back(fmt::format("{} DISABLED", count.disabled));
  }
  if (count.blocked > 0) {
    parts.push_back(fmt::format("{} BLOCKED from further action due to failure", count.blocked));
  }
  text += parts.empty() ? "" : " (" + join(parts, ", ") + ")";
  text += "\n";
  if (view.state.options.maintenance_mode) {
    text +=
        "\n              *** Resource management is DISABLED ***\n"
        "  The cluster will not attempt to start, stop or recover services\n";
  } else if (view.state.options.stop_all_resources) {
    text +=
        "\n    *** Resource management is DISABLED ***\n"
        "  The cluster will keep all resources stopped\n";
  }
  return text;
}

std::vector<std::string> warnings(const StatusView& view) {
  std::vector<std::string> lines;
  if (view.state.options.fencing_enabled && !view.state.options.have_fencing_device) {
    lines.emplace_back("No stonith devices and stonith-enabled is not false");
  }
  if (!view.cluster.connected) {
    lines.emplace_back("mainstayd is not connected to corosync: what is shown may be old");
  } else if (!view.cluster.synced) {
    lines.emplace_back("this node is still joining the cluster: what is shown may be old");
  }
  return lines;
}

std::vector<std::string> migration_lines(const StatusView& view) {
  std::vector<std::string> lines;
  for (const model::NodeState& node : view.state.nodes) {
    if (node.fail_counts.empty()) {
      continue;
    }
    lines.push_back(fmt::format("* Node: {}:", node.name));
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;
    for (const auto& [key, count] : node.fail_counts) {
      auto& [sum, last] = sums[key.substr(0, key.find('#'))];
      sum += count;
      const auto failure = node.last_failures.find(key);
      last = std::max(last, failure == node.last_failures.end() ? 0 : failure->second);
    }
    for (const auto& [id, sum] : sums) {
      const int found = view.state.find_resource(id);
      const int threshold =
          found < 0 ? model::kInfinity
                    : view.state.resources[static_cast<std::size_t>(found)].migration_threshold;
      std::string line = fmt::format(
          "  * {}: migration-threshold={} fail-count={}", id, threshold,
          sum.first >= model::kInfinity ? std::string("INFINITY") : std::to_string(sum.first));
      if (sum.second > 0) {
        line += fmt::format(" last-failure='{}'",
                            local_time(WallTime(std::chrono::seconds(sum.second))));
      }
      lines.push_back(line);
    }
  }
  return lines;
}

std::vector<std::string> bullets(const std::vector<std::string>& sentences) {
  std::vector<std::string> lines;
  for (const std::string& sentence : sentences) {
    lines.push_back("* " + sentence);
  }
  return lines;
}

std::string daemons_text(const StatusView& view) {
  std::string text;
  for (const DaemonState& daemon : view.daemons) {
    text += fmt::format("  {}: {}/{}\n", daemon.name, daemon.active, daemon.enabled);
  }
  return text.empty() ? text : "\nDaemon Status:\n" + text;
}

std::vector<std::string> resource_lines(const StatusView& view) {
  report::StatusOptions options;
  options.failed_operations = false;
  auto lines = report::resource_lines(view.state, options);
  if (lines.empty()) {
    lines.emplace_back("* No resources");
  }
  return lines;
}

}  // namespace

Result<StatusView> make_status_view(const cib::Document& cib, const control::ClusterStatus& cluster,
                                    WallTime now) {
  auto state = scheduler::read_cluster_state(cib.root(), now);
  if (!state) {
    return state.error();
  }
  StatusView view;
  view.cluster = cluster;
  view.state = std::move(*state);
  view.cluster_name = property(cib, "cluster-name");
  view.version = cib.version().text();
  view.last_change = {.at = cib.attribute("cib-last-written"),
                      .by = cib.attribute("update-user"),
                      .via = cib.attribute("update-client"),
                      .on = cib.attribute("update-origin")};
  return view;
}

std::string LastChange::text() const {
  const auto part = [](const char* word, const std::string& value) {
    return value.empty() ? "" : word + value;
  };
  return at + part(" by ", by) + part(" via ", via) + part(" on ", on);
}

std::string summary_text(const StatusView& view) {
  const bool quorate = view.cluster.view.quorate;
  std::string text = fmt::format("  * Stack: {}\n", view.cluster.membership);
  text +=
      view.cluster.dc.empty()
          ? std::string("  * Current DC: NONE\n")
          : fmt::format("  * Current DC: {} (version {}) - partition {} quorum\n", view.cluster.dc,
                        view.cluster.daemon_version, quorate ? "with" : "WITHOUT");
  text += "  * Last updated: " + local_time(view.state.now) + "\n";
  if (const std::string change = view.last_change.text(); !change.empty()) {
    text += "  * Last change:  " + change + "\n";
  }
  return text + counts(view);
}

std::string resource_list_text(const StatusView& view) {
  return indented(resource_lines(view), false);
}

std::string status_text(const StatusView& view, bool full, bool color) {
  std::string text =
      view.cluster_name.empty() ? std::string() : "Cluster name: " + view.cluster_name + "\n";
  const auto warned = warnings(view);
  if (!warned.empty()) {
    text += "\nWARNINGS:\n" + join(warned, "\n") + "\n\n";
  }
  text += "Cluster Summary:\n" + summary_text(view);
  text += heading("Node List", report::node_lines(view.state), color);
  text += heading("Full List of Resources", resource_lines(view), color);
  if (full) {
    text += heading("Migration Summary", migration_lines(view), color);
  }
  text += heading("Failed Resource Actions", report::failed_operation_lines(view.state), color);
  text += heading("Blocked Actions", bullets(view.cluster.blocked), color);
  text += heading("Notices", bullets(view.cluster.notices), color);
  if (full) {
    text += heading("Actions In Progress", bullets(view.cluster.in_flight), color);
  }
  return text + daemons_text(view);
}

std::string nodes_text(const StatusView& view) {
  std::map<std::string, std::string> lists;
  const Words kinds = {"Online", "Standby", "Standby with resource(s) running", "Maintenance",
                       "Offline"};
  for (const model::NodeState& node : view.state.nodes) {
    const char* kind = "Online";
    if (!node.online) {
      kind = "Offline";
    } else if (node.standby) {
      kind = node.running.empty() ? "Standby" : "Standby with resource(s) running";
    } else if (node.maintenance) {
      kind = "Maintenance";
    }
    lists[kind] += " " + node.name;
  }
  std::string text = "Mainstay Nodes:\n";
  for (const std::string& kind : kinds) {
    text += " " + kind + ":" + lists[kind] + "\n";
  }
  return text;
}

}  // namespace mainstay::ctl
