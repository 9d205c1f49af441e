// SPDX-License-Identifier: Apache-2.0
// `constraint config` as pcs 0.11 prints it.
#include <fmt/format.h>

#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"
#include "core/ctl/constraint_plan.h"

namespace mainstay::ctl {
namespace {

std::string id_suffix(const pugi::xml_node& element, bool full) {
  return full ? fmt::format(" (id:{})", element.attribute("id").value()) : std::string();
}

std::string location_lines(const pugi::xml_node& constraints, const std::string& resource,
                           bool full) {
  std::string enabled;
  std::string disabled;
  std::string rules;
  for (const pugi::xml_node constraint : constraints.children("rsc_location")) {
    if (resource != constraint.attribute("rsc").value()) {
      continue;
    }
    const std::string score = constraint.attribute("score").value();
    const std::string role = constraint.attribute("role").value();
    if (constraint.attribute("node")) {
      (score[0] == '-' ? disabled : enabled) += fmt::format(
          "      Node: {} (score:{}){}{}\n", constraint.attribute("node").value(), score,
          role.empty() ? "" : fmt::format(" (role:{})", role), id_suffix(constraint, full));
    } else {
      rules += fmt::format("    Constraint: {}\n", constraint.attribute("id").value());
      for (const pugi::xml_node rule : constraint.children("rule")) {
        rules += fmt::format("      Rule: (score:{}){}\n", rule.attribute("score").value(),
                             id_suffix(rule, full));
        for (const pugi::xml_node part : rule.children("expression")) {
          rules +=
              fmt::format("        Expression: {} {} {}{}\n", part.attribute("attribute").value(),
                          part.attribute("operation").value(), part.attribute("value").value(),
                          id_suffix(part, full));
        }
      }
    }
  }
  std::string lines = "  Resource: " + resource + "\n";
  if (!enabled.empty()) {
    lines += "    Enabled on:\n" + enabled;
  }
  if (!disabled.empty()) {
    lines += "    Disabled on:\n" + disabled;
  }
  return lines + rules;
}

std::string locations(const pugi::xml_node& constraints, bool full) {
  std::map<std::string, bool> resources;
  for (const pugi::xml_node constraint : constraints.children("rsc_location")) {
    resources[constraint.attribute("rsc").value()] = true;
  }
  std::string lines;
  for (const auto& [resource, seen] : resources) {
    if (!resource.empty()) {
      lines += location_lines(constraints, resource, full);
    }
  }
  return lines;
}

std::string sets(const pugi::xml_node& constraint, bool full) {
  std::string lines;
  for (const pugi::xml_node set : constraint.children("resource_set")) {
    std::string members;
    for (const pugi::xml_node reference : set.children("resource_ref")) {
      members += std::string(" ") + reference.attribute("id").value();
    }
    for (const pugi::xml_attribute attribute : set.attributes()) {
      if (std::string_view(attribute.name()) != "id") {
        members += fmt::format(" {}={}", attribute.name(), attribute.value());
      }
    }
    lines += fmt::format("    set{}{}\n", members, id_suffix(set, full));
  }
  return lines;
}

std::string order_line(const pugi::xml_node& order, bool full) {
  if (order.child("resource_set")) {
    return "  Resource Sets:\n" + sets(order, full);
  }
  std::string line = fmt::format(
      "  {} {} then {} {} (kind:{})", order.attribute("first-action").as_string("start"),
      order.attribute("first").value(),
      order.attribute("then-action").as_string(order.attribute("first-action").as_string("start")),
      order.attribute("then").value(), order.attribute("kind").as_string("Mandatory"));
  const std::string symmetrical = order.attribute("symmetrical").value();
  if (!symmetrical.empty() && !is_true(symmetrical)) {
    line += " (non-symmetrical)";
  }
  const std::string require_all = order.attribute("require-all").value();
  if (!require_all.empty()) {
    line += " (Options: require-all=" + require_all + ")";
  }
  return line + id_suffix(order, full) + "\n";
}

std::string colocation_line(const pugi::xml_node& colocation, bool full) {
  if (colocation.child("resource_set")) {
    return "  Resource Sets:\n" + sets(colocation, full);
  }
  std::string line = fmt::format("  {} with {} (score:{})", colocation.attribute("rsc").value(),
                                 colocation.attribute("with-rsc").value(),
                                 colocation.attribute("score").as_string("INFINITY"));
  for (const char* role : {"rsc-role", "with-rsc-role"}) {
    if (colocation.attribute(role)) {
      line += fmt::format(" ({}:{})", role, colocation.attribute(role).value());
    }
  }
  return line + id_suffix(colocation, full) + "\n";
}

}  // namespace

std::string constraint_text(const cib::Document& cib, bool full) {
  const pugi::xml_node constraints = section(cib, "constraints");
  std::string text = "Location Constraints:\n" + locations(constraints, full);
  text += "Ordering Constraints:\n";
  for (const pugi::xml_node order : constraints.children("rsc_order")) {
    text += order_line(order, full);
  }
  text += "Colocation Constraints:\n";
  for (const pugi::xml_node colocation : constraints.children("rsc_colocation")) {
    text += colocation_line(colocation, full);
  }
  text += "Ticket Constraints:\n";
  for (const pugi::xml_node ticket : constraints.children("rsc_ticket")) {
    text += fmt::format("  {} {}{}\n", ticket.attribute("rsc").value(),
                        ticket.attribute("ticket").value(), id_suffix(ticket, full));
  }
  return text;
}

}  // namespace mainstay::ctl
