// SPDX-License-Identifier: Apache-2.0
#include "core/conformance/metadata_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <pugixml.hpp>

namespace mainstay::conformance {
namespace {

using Names = std::vector<std::string_view>;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_flag(std::string_view text) {
  return contains({"0", "1", "true", "false"}, text);
}

bool is_integer(std::string_view text) {
  long value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc{} && end == text.data() + text.size();
}

/// A number with a unit or none.
bool is_time(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const Names units = {"", "s", "sec", "ms", "msec", "us", "usec", "m", "min", "h", "hr"};
  return digits > 0 && contains(units, text.substr(digits));
}

class Reader {
 public:
  std::vector<std::string> read(const pugi::xml_node& agent, std::string_view type) {
    if (std::string_view(agent.name()) != "resource-agent") {
      complain("the document is no resource-agent");
      return std::move(complaints_);
    }
    if (type != agent.attribute("name").value()) {
      complain(fmt::format("resource-agent has the name '{}' instead of '{}'",
                           agent.attribute("name").value(), type));
    }
    know(agent, "resource-agent", {"name", "version"},
         {"version", "longdesc", "shortdesc", "parameters", "actions", "special"});
    if (std::string_view(agent.child_value("version")).empty()) {
      complain("element version, the version of the API, is missing");
    }
    describe(agent, "resource-agent");
    for (const pugi::xml_node& parameter : agent.child("parameters").children()) {
      read_parameter(parameter);
    }
    for (const pugi::xml_node& action : agent.child("actions").children()) {
      read_action(action);
    }
    for (const char* action : {"start", "stop", "monitor", "meta-data"}) {
      if (!actions_.contains(action)) {
        complain(fmt::format("action {} is missing: every agent has it", action));
      }
    }
    if (actions_.contains("promote") != actions_.contains("demote")) {
      complain("of promote and demote there must be both or neither");
    }
    if (actions_.contains("migrate_to") != actions_.contains("migrate_from")) {
      complain("of migrate_to and migrate_from there must be both or neither");
    }
    return std::move(complaints_);
  }

 private:
  void complain(std::string text) { complaints_.push_back(std::move(text)); }

  /// Complains of attributes and elements that the schema does not have there.
  void know(const pugi::xml_node& node, const std::string& what, const Names& attributes,
            const Names& elements) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (!contains(attributes, attribute.name())) {
        complain(fmt::format("{} has an unknown attribute '{}'", what, attribute.name()));
      }
    }
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element && !contains(elements, child.name())) {
        complain(fmt::format("{} has an unknown element '{}'", what, child.name()));
      }
    }
  }

  void describe(const pugi::xml_node& node, const std::string& what) {
    for (const char* name : {"longdesc", "shortdesc"}) {
      if (!node.child(name)) {
        complain(fmt::format("{} has no {}", what, name));
      }
    }
  }

  void check_flag(const pugi::xml_node& node, const std::string& what, const char* name) {
    const pugi::xml_attribute flag = node.attribute(name);
    if (flag && !is_flag(flag.value())) {
      complain(fmt::format("{}: {}=\"{}\" is neither 0 nor 1", what, name, flag.value()));
    }
  }

  void read_parameter(const pugi::xml_node& node) {
    const std::string name = node.attribute("name").value();
    if (std::string_view(node.name()) != "parameter" || name.empty()) {
      complain(fmt::format("parameters holds a {} without a name", node.name()));
      return;
    }
    const std::string what = "parameter " + name;
    if (!parameters_.insert(name).second) {
      complain(what + " is described twice");
    }
    know(node, what, {"name", "unique", "unique-group", "required", "reloadable"},
         {"deprecated", "longdesc", "shortdesc", "content"});
    describe(node, what);
    for (const char* flag : {"unique", "required", "reloadable"}) {
      check_flag(node, what, flag);
    }
    const pugi::xml_node content = node.child("content");
    if (std::string_view(content.attribute("type").value()).empty()) {
      complain(what + " has no content with a type");
    }
    check_default(content, what);
  }

  void check_default(const pugi::xml_node& content, const std::string& what) {
    const std::string_view type = content.attribute("type").value();
    const std::string value = content.attribute("default").value();
    const Names booleans = {"0", "1", "true", "false", "yes", "no", "on", "off"};
    const bool wrong = (type == "integer" && !is_integer(value)) ||
                       (type == "boolean" && !contains(booleans, value)) ||
                       (type == "time" && !is_time(value));
    if (!value.empty() && wrong) {
      complain(fmt::format("{}: the default '{}' is no {}", what, value, type));
    }
    if (type == "select") {
      const auto options = content.children("option");
      const bool offered = std::any_of(options.begin(), options.end(), [&](const auto& option) {
        return value == option.attribute("value").value();
      });
      if (content.child("option").empty() || (!value.empty() && !offered)) {
        complain(what + ": select lacks options, or its default is none of them");
      }
    }
  }

  void read_action(const pugi::xml_node& node) {
    const std::string name = node.attribute("name").value();
    if (std::string_view(node.name()) != "action" || name.empty()) {
      complain(fmt::format("actions holds a {} without a name", node.name()));
      return;
    }
    const std::string what = "action " + name;
    const std::string kind =
        fmt::format("{} depth {} role {}", name, node.attribute("depth").as_int(),
                    node.attribute("role").value());
    if (!kinds_.insert(kind).second) {
      complain(what + " is there twice with the same depth and role");
    }
    actions_.insert(name);
    know(node, what, {"name", "timeout", "interval", "depth", "role", "start-delay"}, {});
    if (!node.attribute("timeout")) {
      complain(what + " has no timeout");
    }
    for (const char* time : {"timeout", "interval", "start-delay"}) {
      const pugi::xml_attribute value = node.attribute(time);
      if (value && !is_time(value.value())) {
        complain(fmt::format("{}: {}=\"{}\" is no time", what, time, value.value()));
      }
    }
    const pugi::xml_attribute depth = node.attribute("depth");
    if (depth && !is_integer(depth.value())) {
      complain(fmt::format("{}: depth=\"{}\" is no number", what, depth.value()));
    }
    const Names roles = {"", "Promoted", "Unpromoted", "Started", "Stopped", "Master", "Slave"};
    if (!contains(roles, node.attribute("role").value())) {
      complain(fmt::format("{}: unknown role '{}'", what, node.attribute("role").value()));
    }
  }

  std::vector<std::string> complaints_;
  std::set<std::string> parameters_;
  std::set<std::string> actions_;
  std::set<std::string> kinds_;
};

}  // namespace

std::vector<std::string> metadata_complaints(std::string_view xml, std::string_view type) {
  pugi::xml_document document;
  // A DOCTYPE is skipped and nothing is ever fetched.
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) {
    return {fmt::format("no well-formed XML: {} at byte {}", parsed.description(), parsed.offset)};
  }
  return Reader().read(document.document_element(), type);
}

}  // namespace mainstay::conformance
