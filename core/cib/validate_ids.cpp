// SPDX-License-Identifier: Apache-2.0
// Ids and what refers to them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "core/cib/complaints.h"

namespace mainstay::cib {
namespace {

constexpr std::array<std::string_view, 15> kNeedId = {
    "primitive", "group",      "clone",       "master", "bundle",       "template",
    "op",        "tag",        "nvpair",      "rule",   "rsc_location", "rsc_colocation",
    "rsc_order", "rsc_ticket", "resource_set"};

/// An XML name without a colon: what Pacemaker's schemas want an id to be.
bool is_id(std::string_view id) {
  const auto is_start = [](unsigned char c) {
    return std::isalpha(c) != 0 || c == '_' || c >= 0x80;
  };
  return !id.empty() && is_start(static_cast<unsigned char>(id.front())) &&
         std::all_of(id.begin(), id.end(), [&](char c) {
           const auto u = static_cast<unsigned char>(c);
           return is_start(u) || std::isdigit(u) != 0 || u == '-' || u == '.';
         });
}

bool is_resource(const pugi::xml_node& node) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "primitive", "group", "clone", "master", "bundle", "template", "tag"};
  return std::find(kNames.begin(), kNames.end(), node.name()) != kNames.end();
}

/// "VIP" of "VIP:0": an instance of a clone may be named.
std::string_view without_instance(std::string_view id) {
  const auto colon = id.rfind(':');
  const bool numbered = colon != std::string_view::npos && colon + 1 < id.size() &&
                        id.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return numbered ? id.substr(0, colon) : id;
}

class References {
 public:
  References(const Ids& ids, Complaints& complaints) : ids_(ids), complaints_(complaints) {}

  void resource(const pugi::xml_node& from, const char* attribute) {
    const pugi::xml_attribute named = from.attribute(attribute);
    if (!named) {
      return;
    }
    const std::string_view id = named.value();
    const auto found = ids_.find(id);
    const auto instance = ids_.find(without_instance(id));
    const auto known = found != ids_.end() ? found : instance;
    if (known == ids_.end() || !is_resource(known->second)) {
      const pugi::xml_node about =
          *from.attribute("id").value() != '\0' && !is_reference(from) ? from : owner_of(from);
      complaints_.error(about,
                        fmt::format("{} names '{}', but there is no such resource; create it first "
                                    "or correct the name",
                                    is_reference(from) ? "resource_ref" : attribute, id));
    }
  }

  void element(const pugi::xml_node& from, const char* attribute, const char* wanted) {
    const pugi::xml_attribute named = from.attribute(attribute);
    if (!named) {
      return;
    }
    const auto found = ids_.find(named.value());
    if (found == ids_.end() || std::string_view(found->second.name()) != wanted) {
      complaints_.error(from, fmt::format("{} names '{}', but there is no <{}> of that id; create "
                                          "it first or correct the name",
                                          attribute, named.value(), wanted));
    }
  }

 private:
  static bool is_reference(const pugi::xml_node& node) {
    return std::string_view(node.name()) == "resource_ref";
  }
  /// The set or constraint that holds a reference.
  static pugi::xml_node owner_of(const pugi::xml_node& node) {
    return is_reference(node) ? node.parent() : node;
  }

  const Ids& ids_;
  Complaints& complaints_;
};

void check_location_node(const pugi::xml_node& location, const std::set<std::string>& nodes,
                         Complaints& complaints) {
  std::string name = location.attribute("node").value();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!name.empty() && !nodes.empty() && !nodes.contains(name)) {
    complaints.warning(location, fmt::format("node '{}' is not known to the cluster; check its "
                                             "name if it is not to be added later",
                                             value_of(location, "node")));
  }
}

std::set<std::string> node_names(const pugi::xml_node& configuration) {
  std::set<std::string> names;
  for (const pugi::xml_node& node : configuration.child("nodes").children("node")) {
    std::string name = node.attribute("uname").value();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    names.insert(name);
  }
  return names;
}

}  // namespace

bool declares_id(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name != "node" && name != "resource_ref" && name != "obj_ref" &&
         !(name == "role" && std::string_view(node.parent().name()) != "acls");
}

Ids check_ids(const pugi::xml_node& configuration, Complaints& complaints) {
  Ids ids;
  configuration.find_node([&](const pugi::xml_node& node) {
    if (node.type() != pugi::node_element || !declares_id(node)) {
      return false;
    }
    const pugi::xml_attribute id = node.attribute("id");
    if (!id) {
      if (std::find(kNeedId.begin(), kNeedId.end(), node.name()) != kNeedId.end() &&
          !node.attribute("id-ref")) {
        complaints.error(node, "there is no id; give it one that nothing else has");
      }
      return false;
    }
    if (!is_id(id.value())) {
      complaints.error(node, fmt::format("'{}' is no id; begin with a letter or '_' and use "
                                         "letters, digits, '-', '_' and '.'",
                                         id.value()));
    }
    const auto [first, fresh] = ids.emplace(id.value(), node);
    if (!fresh) {
      complaints.error(
          node, fmt::format("a {} has the same id; choose another one", first->second.name()));
    }
    return false;
  });
  return ids;
}

void check_references(const pugi::xml_node& configuration, const Ids& ids, Complaints& complaints) {
  References references(ids, complaints);
  const std::set<std::string> nodes = node_names(configuration);
  configuration.child("constraints").find_node([&](const pugi::xml_node& node) {
    const std::string_view name = node.name();
    if (name == "resource_ref") {
      references.resource(node, "id");
    } else if (name.rfind("rsc_", 0) == 0) {
      for (const char* attribute : {"rsc", "with-rsc", "first", "then"}) {
        references.resource(node, attribute);
      }
    }
    if (name == "rsc_location") {
      check_location_node(node, nodes, complaints);
    }
    return false;
  });
  configuration.find_node([&](const pugi::xml_node& node) {
    const std::string_view name = node.name();
    if (name == "primitive") {
      references.element(node, "template", "template");
    }
    if (name != "nvpair" || !node.attribute("name")) {
      references.element(node, "id-ref", node.name());
    }
    return false;
  });
}

}  // namespace mainstay::cib
