// SPDX-License-Identifier: Apache-2.0
// Columns are at least 5 wide; a longer name makes its column two wider than itself.
#include "core/report/transition_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mainstay::report {

std::string transition_summary_text(const std::vector<model::Decision>& decisions) {
  const auto is_node = [](const model::Decision& decision) {
    return decision.verb == "Shutdown" || decision.verb == "Fence";
  };
  std::size_t name_width = 5;
  std::size_t details_width = 5;
  for (const model::Decision& decision : decisions) {
    if (!is_node(decision)) {
      name_width =
          decision.resource.size() > name_width ? decision.resource.size() + 2 : name_width;
      details_width = std::max(details_width, decision.details.size());
    }
  }
  std::string text;
  for (const model::Decision& decision : decisions) {
    if (is_node(decision)) {
      if (decision.verb == "Fence" && !decision.blocked) {
        text += fmt::format("  * Fence ({}) {} '{}'\n", decision.details, decision.resource,
                            decision.reason);
      }
      continue;
    }
    text += fmt::format("  * {:<8}   {:<{}}   ( {:>{}} )", decision.verb, decision.resource,
                        name_width, decision.details, details_width);
    if (!decision.reason.empty()) {
      text += "  due to " + decision.reason + (decision.blocked ? " (blocked)" : "");
    } else if (decision.blocked) {
      text += "  blocked";
    }
    text += "\n";
  }
  return text;
}

std::string action_line(const model::GraphAction& action) {
  using model::ActionKind;
  const std::string where = action.node.empty() ? "" : " on " + action.node;
  if (action.kind == ActionKind::fence) {
    const auto how = action.meta.find("stonith_action");
    return fmt::format("* Fencing {} ({})", action.node,
                       how == action.meta.end() ? "reboot" : how->second);
  }
  if (action.kind == ActionKind::pseudo) {
    const std::string name =
        action.label.empty()
            ? action.task
            : fmt::format("{}_{}_{}", action.label, action.task, action.interval.count());
    return "* Pseudo action:   " + name + where;
  }
  if (action.task == "cancel" || action.kind == ActionKind::resource) {
    const std::string task = action.interval > Duration(0)
                                 ? fmt::format("{}={}", action.task, action.interval.count())
                                 : action.task;
    return fmt::format("* Resource action: {:<15} {}{}", action.label, task, where);
  }
  if (action.label.empty()) {
    return "* Cluster action:  " + action.task + where;
  }
  return fmt::format("* Cluster action:  {} for {}{}", action.task, action.label, where);
}

}  // namespace mainstay::report
