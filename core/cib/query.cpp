// SPDX-License-Identifier: Apache-2.0
// See query.h.
#include "core/cib/query.h"

#include <algorithm>
#include <string_view>

#include <pugixml.hpp>

#include "core/cib/duration.h"
#include "core/cib/tree.h"

namespace mainstay::cib {
namespace {

pugi::xml_node histories_of(const Document& document, const std::string& node) {
  return document.root()
      .child("status")
      .find_child_by_attribute("node_state", "uname", node.c_str())
      .child("lrm")
      .child("lrm_resources");
}

/// By the index where recording has made one: this is asked of every monitor.
pugi::xml_node history_of(const Document& document, const std::string& node,
                          const std::string& resource) {
  const auto& indexed = TreeAccess::of(document).histories;
  if (const auto of_node = indexed.find(node); of_node != indexed.end()) {
    const auto found = of_node->second.find(resource);
    return found == of_node->second.end() ? pugi::xml_node() : found->second;
  }
  return histories_of(document, node)
      .find_child_by_attribute("lrm_resource", "id", resource.c_str());
}

bool is_failed_stop(const pugi::xml_node& operation) {
  const int status = operation.attribute("op-status").as_int();
  return operation.attribute("operation").value() == std::string_view("stop") && status >= 0 &&
         (status > 0 || operation.attribute("rc-code").as_int() != 0);
}

}  // namespace

std::string cluster_option(const Document& document, const std::string& name,
                           const std::string& fallback) {
  const pugi::xml_node config = document.root().child("configuration").child("crm_config");
  for (const pugi::xml_node set : config.children("cluster_property_set")) {
    const pugi::xml_node option = set.find_child_by_attribute("nvpair", "name", name.c_str());
    if (option && !set.child("rule")) {
      return option.attribute("value").as_string(fallback.c_str());
    }
  }
  return fallback;
}

Duration cluster_duration(const Document& document, const std::string& name, Duration fallback) {
  return parse_duration(cluster_option(document, name, "")).value_or(fallback);
}

bool is_unconfigured(const Document& document) {
  const auto sections = document.root().child("configuration").children();
  return std::all_of(sections.begin(), sections.end(), [](const pugi::xml_node& section) {
    const bool lists_nodes = section.name() == std::string_view("nodes");
    const auto children = section.children();
    return std::all_of(children.begin(), children.end(), [&](const pugi::xml_node& child) {
      return lists_nodes && !child.first_child();
    });
  });
}

bool lists_node(const Document& document, const std::string& uname) {
  const pugi::xml_node nodes = document.root().child("configuration").child("nodes");
  return static_cast<bool>(nodes.find_child_by_attribute("node", "uname", uname.c_str()));
}

bool has_resource(const Document& document, const std::string& id) {
  const std::string base = id.substr(0, id.find(':'));
  const pugi::xml_node resources = document.root().child("configuration").child("resources");
  return static_cast<bool>(resources.find_node([&](const pugi::xml_node& node) {
    return base == node.attribute("id").value() && node.name() == std::string_view("primitive");
  }));
}

bool has_recurring_history(const Document& document, const std::string& node,
                           const std::string& resource, const std::string& operation,
                           Duration interval) {
  const std::string key = resource + "_" + operation + "_" + std::to_string(interval.count());
  const pugi::xml_node history = history_of(document, node, resource);
  return static_cast<bool>(history.find_child_by_attribute("lrm_rsc_op", "id", key.c_str()));
}

std::vector<std::string> failed_stops(const Document& document, const std::string& node) {
  std::vector<std::string> found;
  for (const pugi::xml_node history : histories_of(document, node).children("lrm_resource")) {
    const std::string resource = history.attribute("id").value();
    const std::string last = resource + "_last_0";
    if (is_failed_stop(history.find_child_by_attribute("lrm_rsc_op", "id", last.c_str()))) {
      found.push_back(resource);
    }
  }
  return found;
}

}  // namespace mainstay::cib
