// SPDX-License-Identifier: Apache-2.0
#include "core/report/graph_xml.h"

#include <algorithm>
#include <sstream>

#include <pugixml.hpp>

#include "core/base/xml_escape.h"

namespace mainstay::report {
namespace {

using model::ActionKind;
using model::GraphAction;

void set(pugi::xml_node node, const std::string& name, const std::string& value) {
  node.append_attribute(name.c_str()) = value.c_str();
}

/// Parameters may be called anything; as with Pacemaker, what is no name of XML goes elsewhere.
void tell(pugi::xml_node attributes, const std::string& name, const std::string& value) {
  if (is_xml_name(name)) {
    set(attributes, name, value);
    return;
  }
  pugi::xml_node parameter = attributes.append_child("param");
  set(parameter, "name", name);
  set(parameter, "value", value);
}

std::string meta_of(const GraphAction& action, const char* name) {
  const auto it = action.meta.find(name);
  return it == action.meta.end() ? "" : it->second;
}

/// A guest's fencing is a pseudo-action, which is called by its key.
std::string operation_of(const GraphAction& action) {
  return action.meta.contains("stonith_action") ? "stonith" : action.task;
}

/// What identifies an action: RESOURCE_TASK_INTERVAL, or the task alone.
std::string operation_key(const GraphAction& action) {
  if (const std::string fencing = meta_of(action, "stonith_action"); !fencing.empty()) {
    return "stonith-" + action.node + "-" + fencing;
  }
  if (action.label.empty()) {
    return action.kind == ActionKind::pseudo ? action.task : action.task + "-" + action.node;
  }
  std::string task = action.task;
  if (action.task == "cancel") {
    task = meta_of(action, "operation");
  } else if (action.task == "notify" && action.kind == ActionKind::resource) {
    task = meta_of(action, "notify_type") + "_notify_" + meta_of(action, "notify_operation");
  }
  return action.label + "_" + task + "_" + std::to_string(action.interval.count());
}

const char* element_of(const GraphAction& action) {
  switch (action.kind) {
    case ActionKind::pseudo:
      return "pseudo_event";
    case ActionKind::resource:
      return "rsc_op";
    case ActionKind::fence:
    case ActionKind::cluster:
      break;
  }
  return "crm_event";
}

pugi::xml_node add_action(pugi::xml_node parent, const GraphAction& action) {
  const pugi::xml_node xml = parent.append_child(element_of(action));
  set(xml, "id", std::to_string(action.id));
  set(xml, "operation", operation_of(action));
  set(xml, "operation_key", operation_key(action));
  if (!action.node.empty()) {
    set(xml, "on_node", action.node);
    set(xml, "on_node_uuid", action.node_id);
  }
  return xml;
}

void describe(pugi::xml_node xml, const GraphAction& action) {
  if (!action.resource.empty() && action.kind != ActionKind::pseudo) {
    pugi::xml_node primitive = xml.append_child("primitive");
    set(primitive, "id", action.resource);
    if (action.label != action.resource) {
      set(primitive, "long-id", action.label);
    }
    set(primitive, "class", action.agent.standard);
    if (!action.agent.provider.empty()) {
      set(primitive, "provider", action.agent.provider);
    }
    set(primitive, "type", action.agent.type);
  }
  pugi::xml_node attributes = xml.append_child("attributes");
  for (const auto& [name, value] : action.meta) {
    std::string told = "CRM_meta_" + name;
    std::replace(told.begin(), told.end(), '-', '_');
    tell(attributes, told, value);
  }
  if (action.kind == ActionKind::resource) {
    set(attributes, "CRM_meta_op_target_rc", std::to_string(action.expected_rc));
  }
  for (const auto& [name, value] : action.parameters) {
    tell(attributes, name, value);
  }
}

}  // namespace

std::string transition_graph_xml(const model::TransitionGraph& graph) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("transition_graph");
  set(root, "transition_id", "0");
  std::size_t number = 0;
  for (const GraphAction& action : graph.actions) {
    if (!action.runnable) {
      continue;  // named only by what waits for it
    }
    pugi::xml_node synapse = root.append_child("synapse");
    set(synapse, "id", std::to_string(number++));
    if (action.priority > 0) {
      set(synapse, "priority", std::to_string(action.priority));
    }
    describe(add_action(synapse.append_child("action_set"), action), action);
    pugi::xml_node inputs = synapse.append_child("inputs");
    for (const int input : action.inputs) {
      add_action(inputs.append_child("trigger"), graph.actions[static_cast<std::size_t>(input)]);
    }
  }
  std::ostringstream text;
  document.save(text, "  ", pugi::format_default | pugi::format_no_declaration);
  return text.str();
}

}  // namespace mainstay::report
