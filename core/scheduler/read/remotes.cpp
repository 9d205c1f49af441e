// SPDX-License-Identifier: Apache-2.0
// Remote and guest nodes: which there are, the connection resources that guests imply, and whether
// each is online, which its connection and its container tell. Pacemaker Remote, "Guest Nodes" and
// "Remote Nodes".
#include <algorithm>
#include <cstring>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::NodeState;
using model::Resource;
using model::Role;

bool is_connection(pugi::xml_node xml) {
  return std::strcmp(xml.name(), "primitive") == 0 && attr_is(xml, "class", "ocf") &&
         attr_is(xml, "provider", "pacemaker") && attr_is(xml, "type", "remote");
}

/// The guest that a primitive's meta attributes define; an empty node if none.
RemoteConnection guest_of(const Reading& reading, pugi::xml_node primitive) {
  RemoteConnection guest;
  for (const pugi::xml_node raw : primitive.children("meta_attributes")) {
    for (const pugi::xml_node pair : reading.ids.resolve(raw).children("nvpair")) {
      const std::string name = attr(pair, "name");
      const std::string value = attr(pair, "value");
      if (name == "remote-node") {
        guest.node = value;
      } else if (name == "remote-addr") {
        guest.address = value;
      } else if (name == "remote-port") {
        guest.port = value;
      } else if (name == "remote-connect-timeout") {
        guest.start_timeout = value;
      } else if (name == "remote-allow-migrate") {
        guest.allow_migrate = value;
      } else if (name == "is-managed") {
        guest.is_managed = value;
      }
    }
  }
  guest.container = attr(primitive, "id");
  return guest;
}

bool is_resource(const Reading& reading, const std::string& id) {
  const std::string tag = reading.ids.find(id).name();
  return tag == "primitive" || tag == "group" || tag == "clone" || tag == "bundle";
}

template <typename Use>
void for_each_guest(const Reading& reading, const Use& use) {
  const auto visit = [&](pugi::xml_node xml) {
    if (std::strcmp(xml.name(), "primitive") == 0 && !is_connection(xml)) {
      const RemoteConnection guest = guest_of(reading, xml);
      if (!guest.node.empty() && !is_resource(reading, guest.node)) {
        use(guest);
      }
    }
  };
  for (const pugi::xml_node xml : reading.configuration().child("resources").children()) {
    visit(xml);
    if (std::strcmp(xml.name(), "group") == 0) {
      for (const pugi::xml_node member : xml.children()) {
        visit(member);
      }
    }
  }
}

void add_node(Reading& reading, const std::string& name, bool of_bundle) {
  for (NodeState& known : reading.state.nodes) {
    if (known.name == name) {
      known.of_bundle = known.of_bundle || of_bundle;
      known.base_score = of_bundle ? -model::kInfinity : known.base_score;
      return;
    }
  }
  NodeState node;
  node.id = name;
  node.name = name;
  node.type = model::NodeType::remote;
  node.of_bundle = of_bundle;
  node.base_score = of_bundle ? -model::kInfinity : 0;
  node.attributes = {{"#kind", "remote"}};  // its name becomes known with its state
  reading.state.nodes.push_back(std::move(node));
}

void add_pair(pugi::xml_node block, const char* name, const std::string& value) {
  if (!value.empty()) {
    pugi::xml_node pair = block.append_child("nvpair");
    pair.append_attribute("name") = name;
    pair.append_attribute("value") = value.c_str();
  }
}

bool is_known(const Reading& reading, const std::string& name) {
  const auto& nodes = reading.state.nodes;
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const NodeState& node) { return node.name == name; });
}

/// Resources of the history that were removed may have been connections.
void add_removed_nodes(Reading& reading) {
  for (const pugi::xml_node state : reading.cib.child("status").children("node_state")) {
    if (!is_known(reading, attr(state, "uname"))) {
      continue;
    }
    for (const pugi::xml_node xml :
         state.child("lrm").child("lrm_resources").children("lrm_resource")) {
      const bool connection = attr_is(xml, "type", "remote") && attr_is(xml, "class", "ocf") &&
                              attr_is(xml, "provider", "pacemaker");
      const std::string id = connection ? attr(xml, "id") : "";
      if (connection && xml.child("lrm_rsc_op") && !is_known(reading, id)) {
        add_node(reading, id, false);
        reading.state.nodes.back().of_removed = true;
      }
    }
  }
}

}  // namespace

void add_remote_nodes(Reading& reading) {
  for (const pugi::xml_node xml : reading.configuration().child("resources").children()) {
    if (is_connection(xml)) {
      add_node(reading, attr(xml, "id"), false);
    } else if (std::strcmp(xml.name(), "bundle") == 0) {
      for (const std::string& name : bundle_node_names(xml)) {
        add_node(reading, name, true);
      }
    }
  }
  for_each_guest(reading,
                 [&](const RemoteConnection& guest) { add_node(reading, guest.node, false); });
  add_removed_nodes(reading);
}

pugi::xml_node connection_element(Reading& reading, const RemoteConnection& connection) {
  pugi::xml_node xml = reading.expanded.append_child("primitive");
  xml.append_attribute("id") = connection.node.c_str();
  xml.append_attribute("class") = "ocf";
  xml.append_attribute("provider") = "pacemaker";
  xml.append_attribute("type") = "remote";
  pugi::xml_node meta = xml.append_child("meta_attributes");
  add_pair(meta, "internal_rsc", "true");
  add_pair(meta, "container", connection.container);
  add_pair(meta, "allow-migrate", connection.allow_migrate);
  add_pair(meta, "is-managed", connection.is_managed);
  pugi::xml_node parameters = xml.append_child("instance_attributes");
  add_pair(parameters, "addr", connection.address);
  add_pair(parameters, "port", connection.port);
  pugi::xml_node operations = xml.append_child("operations");
  const auto add_op = [&](const char* name, const char* interval, const std::string& timeout) {
    pugi::xml_node op = operations.append_child("op");
    op.append_attribute("id") = (connection.node + "-" + name + "-" + interval).c_str();
    op.append_attribute("name") = name;
    op.append_attribute("interval") = interval;
    op.append_attribute("timeout") = timeout.c_str();
  };
  add_op("monitor", "30s", "30s");
  if (!connection.start_timeout.empty()) {
    add_op("start", "0", connection.start_timeout);
  }
  return xml;
}

void add_guest_connections(Reading& reading) {
  for_each_guest(reading, [&](RemoteConnection guest) {
    if (guest.start_timeout.empty()) {
      guest.start_timeout = "60s";
    }
    reading.state.top_level.push_back(
        build_resource(reading, connection_element(reading, guest), -1));
  });
}

void link_connection(Reading& reading, int index) {
  Resource& resource = reading.resource(index);
  const auto found = reading.node_by_name.find(resource.id);
  if (!resource.is_remote || found == reading.node_by_name.end()) {
    return;
  }
  resource.remote_node = found->second;
  NodeState& node = reading.node(found->second);
  node.remote_resource = index;
  if (resource.container.empty()) {
    const auto& options = reading.state.options;
    node.unclean = options.startup_fencing && options.fencing_enabled;
  } else {
    node.attributes["#kind"] = "container";
  }
  reading.state.options.have_remotes = true;
}

void link_containers(Reading& reading) {
  for (std::size_t i = 0; i < reading.state.resources.size(); ++i) {
    Resource& resource = reading.state.resources[i];
    if (resource.container.empty() || resource.container == resource.id ||
        resource.variant != model::Variant::primitive) {
      continue;
    }
    const auto found = reading.resource_by_id.find(resource.container);
    if (found != reading.resource_by_id.end()) {
      resource.container_index = found->second;
      reading.resource(found->second).fillers.push_back(static_cast<int>(i));
    }
  }
}

void judge_remote_node(Reading& reading, int index) {
  NodeState& node = reading.node(index);
  node.online = false;
  if (node.remote_resource < 0) {
    return;
  }
  const Resource& connection = reading.resource(node.remote_resource);
  const Resource* container =
      connection.container_index < 0 ? nullptr : &reading.resource(connection.container_index);
  if (connection.role == Role::started) {
    node.online = true;
    node.shutdown = node.shutdown || connection.next_role == Role::stopped;
  }
  const NodeState* host = container != nullptr && connection.running_on.size() == 1
                              ? &reading.node(connection.running_on.front())
                              : nullptr;
  const auto is_stopped = [](const Resource& r) { return r.role <= Role::stopped; };
  const bool container_failed = container != nullptr && container->failed;
  const bool stopped = is_stopped(connection) || (container != nullptr && is_stopped(*container));
  const bool host_lost = host != nullptr && !host->online && host->unclean;
  if (container_failed || connection.failed || stopped || host_lost) {
    node.online = false;
  }
  if (container_failed || (!connection.failed && !stopped && host_lost)) {
    node.remote_requires_reset = true;
  } else if (!connection.failed && stopped) {
    node.remote_requires_reset = false;
  }
}

void read_remote_state(Reading& reading, int index, pugi::xml_node state) {
  NodeState& node = reading.node(index);
  node.remote_maintenance = is_true(attr(state, "node_in_maintenance"));
  if (!node.remote_requires_reset) {
    node.unclean = false;
    node.unseen = false;
  }
  node.attributes["#uname"] = node.name;
  node.attributes["#id"] = node.id;
  node.attributes["#is_dc"] = "false";
  read_transient(reading, index, state);
  const auto flag = [&](const char* name) { return read_bool(node.attributes, name, false); };
  const auto shutdown = node.attributes.find("shutdown");
  node.shutdown = node.shutdown || (shutdown != node.attributes.end() && shutdown->second != "0");
  node.standby = node.standby || flag("standby");
  node.maintenance = node.maintenance || flag("maintenance") ||
                     (node.remote_resource >= 0 && !reading.resource(node.remote_resource).managed);
  // A remote node that cannot be fenced is probed whatever it says.
  const bool guest =
      node.remote_resource >= 0 && !reading.resource(node.remote_resource).container.empty();
  node.rsc_discovery = read_bool(node.attributes, "resource-discovery-enabled", true) ||
                       (!guest && !reading.state.options.fencing_enabled);
}

}  // namespace mainstay::scheduler
