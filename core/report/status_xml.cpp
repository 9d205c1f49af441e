// SPDX-License-Identifier: Apache-2.0
#include "core/report/status_xml.h"

#include <string>
#include <vector>

#include "core/report/status_printer.h"

namespace mainstay::report {
namespace {

using model::ClusterState;
using model::NodeState;
using model::Resource;
using model::Role;
using model::Variant;

const Resource& resource_at(const ClusterState& state, int index) {
  return state.resources[static_cast<std::size_t>(index)];
}

const NodeState& node_at(const ClusterState& state, int index) {
  return state.nodes[static_cast<std::size_t>(index)];
}

class ResourceXml {
 public:
  ResourceXml(XmlLines& xml, const ClusterState& state)
      : xml_(xml), printer_{state, options_}, state_(state) {}

  void add(int index) {
    switch (resource_at(state_, index).variant) {
      case Variant::primitive:
        return add_primitive(index);
      case Variant::group:
        return add_group(index);
      case Variant::clone:
        return add_clone(index);
      case Variant::bundle:
        return add_bundle(index);
    }
  }

 private:
  void add_primitive(int index);
  void add_group(int index);
  void add_clone(int index);
  void add_bundle(int index);

  StatusOptions options_;
  XmlLines& xml_;
  Printer printer_;
  const ClusterState& state_;
};

/// As it is configured.
std::string target_role(const Resource& resource) {
  const auto target = resource.meta.find("target-role");
  return target == resource.meta.end() ? "" : target->second;
}

std::string name_of(const Resource& resource) {
  return resource.unique || resource.parent < 0 || resource.base.empty() ? resource.id
                                                                         : resource.base;
}

void ResourceXml::add_primitive(int index) {
  const Resource& r = resource_at(state_, index);
  const std::string pending = printer_.pending_text(r);
  const bool is_changing = !pending.empty() && pending != "Monitoring";
  const char* role = model::role_text(r.role == Role::unknown ? Role::stopped : r.role);
  XmlLines::Attributes attributes = {{"id", name_of(r)},
                                     {"resource_agent", r.agent.text()},
                                     {"role", is_changing ? pending : role}};
  if (const std::string target = target_role(r); !target.empty()) {
    attributes.emplace_back("target_role", target);
  }
  attributes.insert(attributes.end(), {{"active", yes_no(printer_.active(index))},
                                       {"orphaned", yes_no(r.removed)},
                                       {"blocked", yes_no(r.blocked)},
                                       {"managed", yes_no(r.managed)},
                                       {"failed", yes_no(r.failed)},
                                       {"failure_ignored", yes_no(r.failure_ignored)},
                                       {"nodes_running_on", std::to_string(r.running_on.size())}});
  if (!pending.empty() && !is_changing) {
    attributes.emplace_back("pending", pending);
  }
  if (r.lock_node >= 0) {
    attributes.emplace_back("locked_to", node_at(state_, r.lock_node).name);
  }
  xml_.open("resource", attributes);
  for (const int n : r.running_on) {
    const NodeState& node = node_at(state_, n);
    xml_.add("node", {{"name", node.name}, {"id", node.id}, {"cached", yes_no(node.online)}});
  }
  xml_.close();
}

void ResourceXml::add_group(int index) {
  const Resource& r = resource_at(state_, index);
  xml_.open("group", {{"id", r.id},
                      {"number_resources", std::to_string(r.children.size())},
                      {"managed", yes_no(r.managed)},
                      {"disabled", yes_no(is_disabled(r))}});
  for (const int child : r.children) {
    add(child);
  }
  xml_.close();
}

void ResourceXml::add_clone(int index) {
  const Resource& r = resource_at(state_, index);
  XmlLines::Attributes attributes = {{"id", r.id},
                                     {"multi_state", yes_no(r.promotable)},
                                     {"unique", yes_no(r.unique)},
                                     {"managed", yes_no(r.managed)},
                                     {"disabled", yes_no(is_disabled(r))},
                                     {"failed", yes_no(r.failed)},
                                     {"failure_ignored", yes_no(r.failure_ignored)}};
  std::string target = target_role(r);
  if (target.empty() && !r.children.empty()) {
    target = target_role(resource_at(state_, r.children.front()));
  }
  if (!target.empty()) {
    attributes.emplace_back("target_role", target);
  }
  xml_.open("clone", attributes);
  for (const int child : r.children) {
    add(child);
  }
  xml_.close();
}

void ResourceXml::add_bundle(int index) {
  const Resource& r = resource_at(state_, index);
  const int container = r.replicas.empty() ? -1 : r.replicas.front().container;
  xml_.open("bundle", {{"id", r.id},
                       {"type", container < 0 ? "" : resource_at(state_, container).agent.type},
                       {"image", r.image},
                       {"unique", yes_no(r.unique)},
                       {"managed", yes_no(r.managed)},
                       {"failed", yes_no(r.failed)}});
  int number = 0;
  for (const model::BundleReplica& replica : r.replicas) {
    xml_.open("replica", {{"id", std::to_string(number)}});
    for (const int part : {replica.ip, replica.child, replica.container, replica.remote}) {
      if (part >= 0) {
        add(part);
      }
    }
    xml_.close();
    ++number;
  }
  xml_.close();
}

const char* health_text(model::Health health) {
  switch (health) {
    case model::Health::red:
      return "red";
    case model::Health::yellow:
      return "yellow";
    case model::Health::green:
      break;
  }
  return "green";
}

XmlLines::Attributes node_attributes(const ClusterState& state, const NodeState& node) {
  XmlLines::Attributes attributes = {{"name", node.name},
                                     {"id", node.id},
                                     {"online", yes_no(node.online)},
                                     {"standby", yes_no(node.standby)},
                                     {"standby_onfail", yes_no(node.standby_on_fail)},
                                     {"maintenance", yes_no(node.maintenance)},
                                     {"pending", yes_no(node.pending)},
                                     {"unclean", yes_no(node.unclean)},
                                     {"health", health_text(node.health)}};
  const auto feature_set = node.attributes.find("#feature-set");
  if (feature_set != node.attributes.end()) {
    attributes.emplace_back("feature_set", feature_set->second);
  } else if (node.online && node.type == model::NodeType::member) {
    attributes.emplace_back("feature_set", "<3.15.1");  // the first that tells it
  }
  attributes.insert(attributes.end(),
                    {{"shutdown", yes_no(node.shutdown)},
                     {"expected_up", yes_no(node.expected_up)},
                     {"is_dc", yes_no(node.is_dc)},
                     {"resources_running", std::to_string(node.running.size())},
                     {"type", node.type == model::NodeType::member ? "member" : "remote"}});
  const int connection = node.remote_resource;
  const int container = connection < 0 ? -1 : resource_at(state, connection).container_index;
  if (container >= 0) {
    attributes.emplace_back("id_as_resource", resource_at(state, container).id);
  }
  return attributes;
}

}  // namespace

void add_nodes(XmlLines& xml, const ClusterState& state, bool grouped) {
  xml.open("nodes");
  for (const NodeState& node : state.nodes) {
    xml.open("node", node_attributes(state, node));
    if (grouped) {
      ResourceXml resources(xml, state);
      for (const int index : node.running) {
        resources.add(index);
      }
    }
    xml.close();
  }
  xml.close();
}

void add_resources(XmlLines& xml, const ClusterState& state, bool inactive) {
  const StatusOptions options;
  const Printer printer{state, options};
  std::vector<int> shown;
  for (const int top : state.top_level) {
    const bool is_there = printer.active(top) || !resource_at(state, top).removed;
    if (is_there && !(inactive && printer.all_active(top))) {
      shown.push_back(top);
    }
  }
  if (shown.empty()) {
    return;
  }
  xml.open("resources");
  ResourceXml resources(xml, state);
  for (const int top : shown) {
    resources.add(top);
  }
  xml.close();
}

}  // namespace mainstay::report
