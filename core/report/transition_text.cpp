// SPDX-License-Identifier: Apache-2.0
// Column widths start at 5 and only grow while printing, as Pacemaker's do.
#include "core/report/transition_text.h"

#include <fmt/format.h>

namespace mainstay::report {

std::string transition_summary_text(const std::vector<model::Decision>& decisions) {
  std::string text;
  std::size_t name_width = 5;
  std::size_t details_width = 5;
  for (const model::Decision& decision : decisions) {
    const bool impossible_fencing = decision.verb == "Fence" && decision.blocked;
    if (decision.verb == "Shutdown" || impossible_fencing) {
      continue;
    }
    if (decision.verb == "Fence") {
      text += fmt::format("  * Fence ({}) {} '{}'\n",
                          decision.details.empty() ? "reboot" : decision.details, decision.resource,
                          decision.reason);
      continue;
    }
    if (decision.resource.size() > name_width) {
      name_width = decision.resource.size() + 2;
    }
    if (decision.details.size() > details_width) {
      details_width = decision.details.size();
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
        action.resource.empty()
            ? action.task
            : fmt::format("{}_{}_{}", action.resource, action.task, action.interval.count());
    return "* Pseudo action:   " + name + where;
  }
  if (action.task == "cancel" || action.kind == ActionKind::resource) {
    const std::string task = action.interval > Duration(0)
                                 ? fmt::format("{}={}", action.task, action.interval.count())
                                 : action.task;
    return fmt::format("* Resource action: {:<15} {}{}", action.resource, task, where);
  }
  if (action.resource.empty()) {
    return "* Cluster action:  " + action.task + where;
  }
  return fmt::format("* Cluster action:  {} for {}{}", action.task, action.resource, where);
}

}  // namespace mainstay::report
