// SPDX-License-Identifier: Apache-2.0
#include "core/model/cluster_state.h"

#include <strings.h>

namespace mainstay::model {

int ClusterState::find_resource(const std::string& id) const {
  for (std::size_t i = 0; i < resources.size(); ++i) {
    if (resources[i].id == id) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

int ClusterState::find_node(std::string_view name_or_id) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == name_or_id) {
      return static_cast<int>(i);
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].id == name_or_id) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

int ClusterState::top_of(int resource) const {
  while (resources[static_cast<std::size_t>(resource)].parent >= 0) {
    resource = resources[static_cast<std::size_t>(resource)].parent;
  }
  return resource;
}

const char* role_text(Role role) {
  switch (role) {
    case Role::stopped:
      return "Stopped";
    case Role::started:
      return "Started";
    case Role::unpromoted:
      return "Unpromoted";
    case Role::promoted:
      return "Promoted";
    case Role::unknown:
      break;
  }
  return "Unknown";
}

Role parse_role(const std::string& text) {
  const auto is = [&](const char* name) { return strcasecmp(text.c_str(), name) == 0; };
  if (is("Stopped")) {
    return Role::stopped;
  }
  if (is("Started")) {
    return Role::started;
  }
  if (is("Unpromoted") || is("Slave")) {
    return Role::unpromoted;
  }
  return is("Promoted") || is("Master") ? Role::promoted : Role::unknown;
}

}  // namespace mainstay::model
