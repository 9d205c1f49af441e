// SPDX-License-Identifier: Apache-2.0
// See query.h.
#include "core/cib/query.h"

#include <pugixml.hpp>

namespace mainstay::cib {

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

bool lists_node(const Document& document, const std::string& uname) {
  const pugi::xml_node nodes = document.root().child("configuration").child("nodes");
  return static_cast<bool>(nodes.find_child_by_attribute("node", "uname", uname.c_str()));
}

bool has_recurring_history(const Document& document, const std::string& node,
                           const std::string& resource, const std::string& operation,
                           Duration interval) {
  const std::string key = resource + "_" + operation + "_" + std::to_string(interval.count());
  const pugi::xml_node state =
      document.root().child("status").find_child_by_attribute("node_state", "uname", node.c_str());
  const pugi::xml_node history =
      state.child("lrm")
          .child("lrm_resources")
          .find_child_by_attribute("lrm_resource", "id", resource.c_str());
  return static_cast<bool>(history.find_child_by_attribute("lrm_rsc_op", "id", key.c_str()));
}

}  // namespace mainstay::cib
