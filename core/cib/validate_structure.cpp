// SPDX-License-Identifier: Apache-2.0
// What sections, resources, operations and constraints must and may hold.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <string>

#include "core/cib/complaints.h"
#include "core/cib/value_kind.h"
#include "core/model/operation.h"

namespace mainstay::cib {
namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string list(const Words& words) {
  std::string text;
  for (const std::string_view word : words) {
    text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

std::size_t count_children(const pugi::xml_node& parent, const Words& names) {
  std::size_t count = 0;
  for (const pugi::xml_node& child : parent.children()) {
    count += is_one_of(child.name(), names) ? 1 : 0;
  }
  return count;
}

void allow_only(const pugi::xml_node& section, const Words& names, Complaints& complaints) {
  for (const pugi::xml_node& child : section.children()) {
    if (child.type() == pugi::node_element && !is_one_of(child.name(), names)) {
      complaints.error(child, fmt::format("an element that <{}> does not know; it holds {}",
                                          section.name(), list(names)));
    }
  }
}

void check_configuration(const pugi::xml_node& configuration, Complaints& complaints) {
  allow_only(configuration,
             {"crm_config", "nodes", "resources", "constraints", "rsc_defaults", "op_defaults",
              "fencing-topology", "acls", "tags", "alerts"},
             complaints);
  std::set<std::string_view> seen;
  for (const pugi::xml_node& section : configuration.children()) {
    if (section.type() == pugi::node_element && !seen.insert(section.name()).second) {
      complaints.error(section, "the section is there twice; join the two");
    }
  }
}

void check_primitive(const pugi::xml_node& primitive, Complaints& complaints) {
  if (primitive.attribute("template")) {
    return;
  }
  const std::string_view standard = value_of(primitive, "class");
  const std::string_view provider = value_of(primitive, "provider");
  const Words standards = {"ocf",     "systemd",   "service", "lsb",
                           "stonith", "heartbeat", "upstart", "nagios"};
  if (standard.empty() || value_of(primitive, "type").empty()) {
    complaints.error(primitive,
                     "class or type is missing; name the agent, such as class=\"ocf\" "
                     "provider=\"heartbeat\" type=\"Dummy\"");
  } else if (!is_one_of(standard, standards)) {
    complaints.error(primitive,
                     fmt::format("class '{}' is not known; write {}", standard, list(standards)));
  } else if (standard == "ocf" && provider.empty()) {
    complaints.error(primitive, "an ocf agent needs a provider, such as provider=\"heartbeat\"");
  } else if (standard != "ocf" && !provider.empty()) {
    complaints.error(primitive, fmt::format("class '{}' has no providers; remove provider=\"{}\"",
                                            standard, provider));
  }
}

void check_collective(const pugi::xml_node& resource, Complaints& complaints) {
  const std::string_view name = resource.name();
  if (name == "group" && count_children(resource, {"primitive"}) == 0) {
    complaints.error(resource, "it has no members; add a primitive or remove the group");
  } else if ((name == "clone" || name == "master") &&
             count_children(resource, {"primitive", "group"}) != 1) {
    complaints.error(resource, "it must hold exactly one primitive or group");
  } else if (name == "bundle" && count_children(resource, {"docker", "podman", "rkt"}) != 1) {
    complaints.error(resource, "it must hold exactly one of docker, podman, rkt");
  } else if (name == "bundle" && count_children(resource, {"primitive"}) > 1) {
    complaints.error(resource, "it may hold only one primitive");
  }
}

void check_operations(const pugi::xml_node& operations, Complaints& complaints) {
  std::map<std::pair<std::string_view, long long>, pugi::xml_node> seen;
  for (const pugi::xml_node& op : operations.children("op")) {
    const std::string_view name = value_of(op, "name");
    if (name.empty() || !op.attribute("interval")) {
      complaints.error(op,
                       "name or interval is missing; write both, such as name=\"monitor\" "
                       "interval=\"10s\"");
      continue;
    }
    const long long interval = milliseconds_of(value_of(op, "interval"));
    if (interval > 0 && !model::can_recur(name)) {
      complaints.warning(op,
                         fmt::format("{} cannot recur and is ignored; write interval=\"0\"", name));
    }
    if (interval < 0) {
      continue;
    }
    const auto [first, fresh] = seen.emplace(std::pair(name, interval), op);
    if (fresh) {
      continue;
    }
    const std::string message =
        fmt::format("op '{}' has the same name and interval; change one of them",
                    value_of(first->second, "id"));
    // Of one-off operations the first counts; roles tell recurring ones apart, if badly.
    if (interval > 0 && value_of(op, "role") == value_of(first->second, "role")) {
      complaints.error(op, message);
    } else {
      complaints.warning(op, message);
    }
  }
}

void require(const pugi::xml_node& constraint, const Words& attributes, Complaints& complaints) {
  if (constraint.child("resource_set")) {
    return;
  }
  for (const std::string_view attribute : attributes) {
    if (!constraint.attribute(std::string(attribute).c_str())) {
      complaints.error(constraint, fmt::format("{} is missing; name the resource", attribute));
    }
  }
}

void check_constraint(const pugi::xml_node& constraint, Complaints& complaints) {
  const std::string_view name = constraint.name();
  if (name == "rsc_colocation") {
    require(constraint, {"rsc", "with-rsc"}, complaints);
  } else if (name == "rsc_order") {
    require(constraint, {"first", "then"}, complaints);
  } else if (name == "rsc_location") {
    if (!constraint.attribute("rsc-pattern")) {
      require(constraint, {"rsc"}, complaints);
    }
    const bool direct = constraint.attribute("node") && constraint.attribute("score");
    if (!direct && !constraint.child("rule") && !constraint.attribute("id-ref")) {
      complaints.error(constraint,
                       "it says neither where nor how much; give it a node and a "
                       "score, or a rule");
    }
  }
}

}  // namespace

void check_structure(const pugi::xml_node& element, Complaints& complaints) {
  const std::string_view name = element.name();
  const std::string_view parent = element.parent().name();
  if (name == "configuration" && parent == "cib") {
    check_configuration(element, complaints);
  } else if (name == "resources" && parent == "configuration") {
    allow_only(element, {"primitive", "group", "clone", "master", "bundle", "template"},
               complaints);
  } else if (name == "constraints" && parent == "configuration") {
    allow_only(element, {"rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket"}, complaints);
  } else if (name == "primitive" || name == "template") {
    check_primitive(element, complaints);
  } else if (name == "operations") {
    check_operations(element, complaints);
  } else if (parent == "constraints") {
    check_constraint(element, complaints);
  } else {
    check_collective(element, complaints);
  }
}

}  // namespace mainstay::cib
