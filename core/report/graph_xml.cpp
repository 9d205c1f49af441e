// SPDX-License-Identifier: Apache-2.0
#include "core/report/graph_xml.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

#include <pugixml.hpp>

namespace mainstay::report {
namespace {

using model::ActionKind;
using model::GraphAction;

/// Agents' parameters may be called anything; as Pacemaker's, what is no name of XML goes
/// elsewhere.
bool is_attribute_name(std::string_view name) {
  const auto is_part = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  };
  return !name.empty() &&
         (std::isalpha(static_cast<unsigned char>(name[0])) != 0 || name[0] == '_') &&
         std::all_of(name.begin(), name.end(), is_part);
}

void set(pugi::xml_node node, const std::string& name, const std::string& value) {
  node.append_attribute(name.c_str()) = value.c_str();
}

/// What identifies an action: RESOURCE_TASK_INTERVAL, or the task alone.
std::string operation_key(const GraphAction& action) {
  if (action.label.empty()) {
    return action.kind == ActionKind::pseudo ? action.task : action.task + "-" + action.node;
  }
  const auto cancelled = action.meta.find("operation");
  const std::string task =
      action.task == "cancel" && cancelled != action.meta.end() ? cancelled->second : action.task;
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
  set(xml, "operation", action.task);
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
    set(attributes, "CRM_meta_" + name, value);
  }
  if (action.kind == ActionKind::resource) {
    set(attributes, "CRM_meta_op_target_rc", std::to_string(action.expected_rc));
  }
  for (const auto& [name, value] : action.parameters) {
    if (is_attribute_name(name)) {
      set(attributes, name, value);
    } else {
      pugi::xml_node parameter = attributes.append_child("param");
      set(parameter, "name", name);
      set(parameter, "value", value);
    }
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
