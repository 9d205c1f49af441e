// SPDX-License-Identifier: Apache-2.0
// crm_mon's text, and the page around it.
#include <fmt/format.h>

#include "core/base/xml_escape.h"
#include "core/ctl/crm/mon_view.h"
#include "core/report/history_view.h"
#include "core/report/status_text.h"

namespace mainstay::ctl::crm {
namespace {

using Lines = std::vector<std::string>;
using model::ClusterState;

Lines attribute_lines(const ClusterState& state) {
  Lines lines;
  for (const model::NodeState& node : state.nodes) {
    const auto shown = report::shown_attributes(node);
    if (!node.online || shown.empty()) {
      continue;
    }
    lines.push_back("* Node: " + node.name + ":");
    for (const auto& [name, value] : shown) {
      lines.push_back(fmt::format("  * {:<32}\t: {:<10}", name, value));
    }
  }
  return lines;
}

std::string operation_line(const model::HistoryEntry& entry) {
  std::string line = fmt::format("({}) {}", entry.call_id, report::task_text(entry));
  if (entry.interval > Duration(0)) {
    line += fmt::format(": interval=\"{}ms\"", entry.interval.count());
  }
  return line;
}

/// Operations and fail counts, or the latter alone.
Lines history_lines(const ClusterState& state, bool operations) {
  Lines lines;
  for (int n = 0; n < static_cast<int>(state.nodes.size()); ++n) {
    Lines of_node;
    for (const report::ResourceHistory& history : report::histories(state, n)) {
      if (!operations && history.fail_count == 0) {
        continue;
      }
      of_node.push_back("  * " + report::heading_of(history) + (operations ? ":" : ""));
      for (const model::HistoryEntry* entry : history.operations) {
        if (operations) {
          of_node.push_back("    * " + operation_line(*entry));
        }
      }
    }
    if (!of_node.empty()) {
      lines.push_back("* Node: " + state.nodes[static_cast<std::size_t>(n)].name + ":");
      lines.insert(lines.end(), of_node.begin(), of_node.end());
    }
  }
  return lines;
}

Lines ticket_lines(const ClusterState& state) {
  Lines lines;
  for (const auto& [id, ticket] : state.tickets) {
    std::string line = fmt::format("* {}: {}{}", id, ticket.granted ? "granted" : "revoked",
                                   ticket.standby ? " [standby]" : "");
    if (ticket.last_granted >= 0) {
      line += " last-granted=\"" + report::clock_text(ticket.last_granted) + "\"";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines ban_lines(const ClusterState& state) {
  Lines lines;
  for (const report::Ban& ban : report::bans(state)) {
    lines.push_back(fmt::format("* {}\tprevents {} from running {}on {}", ban.id, ban.resource,
                                ban.promoted_only ? "as Promoted " : "", ban.node));
  }
  return lines;
}

class Page {
 public:
  void add(const std::string& heading, const Lines& lines) {
    if (!lines.empty()) {
      add_always(heading, lines);
    }
  }
  void add_always(const std::string& heading, const Lines& lines) {
    text_ += (text_.empty() ? "" : "\n") + heading + ":\n";
    for (const std::string& line : lines) {
      text_ += "  " + line + "\n";
    }
  }
  void add_block(const std::string& heading, const std::string& block) {
    text_ += heading + ":\n" + block;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// All, those that run, or, where nodes tell of these, those that do not.
void add_resources(Page& page, const ClusterState& state, const MonOptions& options) {
  report::StatusOptions listed;
  listed.show_inactive = options.inactive;
  listed.show_active = !options.by_node;
  Lines lines = report::resource_lines(state, listed);
  const char* kind = options.by_node ? "inactive " : (options.inactive ? "" : "active ");
  if (lines.empty()) {
    lines.push_back(fmt::format("* No {}resources", kind));
  }
  page.add(options.by_node    ? "Inactive Resources"
           : options.inactive ? "Full List of Resources"
                              : "Active Resources",
           lines);
}

}  // namespace

std::string mon_text(const StatusView& view, const MonOptions& options) {
  const ClusterState& state = view.state;
  Page page;
  if (options.headers) {
    page.add_block("Cluster Summary", summary_text(view));
  }
  page.add("Node List",
           options.by_node ? report::node_resource_lines(state) : report::node_lines(state));
  if (!options.by_node || options.inactive) {
    add_resources(page, state, options);
  }
  if (options.attributes) {
    page.add("Node Attributes", attribute_lines(state));
  }
  if (options.operations) {
    if (report::any_history(state)) {
      page.add_always("Operations", history_lines(state, true));
    }
  } else if (options.fail_counts) {
    page.add_always("Migration Summary", history_lines(state, false));
  }
  page.add("Failed Resource Actions", report::failed_operation_lines(state));
  if (options.tickets) {
    page.add("Tickets", ticket_lines(state));
  }
  if (options.bans) {
    page.add("Negative Location Constraints", ban_lines(state));
  }
  return page.text();
}

std::string mon_html(const StatusView& view, const MonOptions& options, Duration interval) {
  return fmt::format(
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"refresh\" content=\"{}\">\n<title>Cluster Status</title>\n</head>\n"
      "<body>\n<pre>\n{}</pre>\n</body>\n</html>\n",
      std::chrono::ceil<std::chrono::seconds>(interval).count(),
      escaped_text(mon_text(view, options)));
}

}  // namespace mainstay::ctl::crm
