// SPDX-License-Identifier: Apache-2.0
// See simple_planner.h.
#include "simple_planner.h"

#include <map>

#include <pugixml.hpp>

namespace mainstay::simulation {
namespace {

using model::ActionKind;
using model::GraphAction;

struct NodeView {
  std::string name;
  bool online = false;
  bool leaving = false;
};

struct Known {
  bool any = false;
  bool active = false;
  bool failed = false;
  bool starting = false;
  bool stopping_failed = false;
  bool monitored = false;
};

bool flag(const pugi::xml_node& node, const char* name) {
  const std::string value = node.attribute(name).as_string();
  return value == "true" || value == "online" || value == "member" || value == "1" ||
         (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos &&
          value != "0");
}

NodeView view_of(const pugi::xml_node& state) {
  NodeView view{.name = state.attribute("uname").as_string(), .online = false, .leaving = false};
  view.online = flag(state, "in_ccm") && flag(state, "crmd") && flag(state, "join");
  for (const auto& set : state.child("transient_attributes").children("instance_attributes")) {
    view.leaving |= static_cast<bool>(set.find_child_by_attribute("nvpair", "name", "shutdown"));
  }
  return view;
}

Known known_of(const pugi::xml_node& state, const std::string& resource) {
  Known known;
  const pugi::xml_node history =
      state.child("lrm").child("lrm_resources").find_child_by_attribute("id", resource.c_str());
  int last_call = -2;
  int monitor_failed_at = -2;
  for (const pugi::xml_node op : history.children("lrm_rsc_op")) {
    const std::string task = op.attribute("operation").as_string();
    const int interval = op.attribute("interval").as_int();
    const int rc = op.attribute("rc-code").as_int();
    const bool pending = op.attribute("op-status").as_int() == -1;
    const int call = op.attribute("call-id").as_int();
    if (task == "monitor" && interval > 0) {
      known.monitored = true;
      monitor_failed_at = !pending && rc != 0 ? call : monitor_failed_at;
      continue;
    }
    known.any = true;
    if (task == "start" && pending) {
      known.starting = known.active = true;
    } else if (!pending && call > last_call) {
      last_call = call;
      known.active = task == "monitor" ? rc == 0 : task == "start";
      known.failed = task == "start" ? rc != 0 : false;
      known.stopping_failed = task == "stop" && rc != 0;
    }
  }
  known.failed |= monitor_failed_at > last_call;
  return known;
}

struct Graph {
  model::TransitionGraph graph;
  int next = 1;

  GraphAction& add(const std::string& task, const std::string& resource, const std::string& node,
                   Duration interval, int expected) {
    GraphAction action;
    action.id = next++;
    action.kind = resource.empty() ? ActionKind::cluster : ActionKind::resource;
    action.task = task;
    action.resource = resource;
    action.node = node;
    action.agent = {"ocf", "heartbeat", "Dummy"};
    action.interval = interval;
    action.expected_rc = expected;
    graph.actions.push_back(action);
    return graph.actions.back();
  }
};

void plan_resource(Graph& graph, const pugi::xml_node& root, const std::vector<NodeView>& nodes,
                   const std::string& resource, bool wanted, std::vector<int>& stops) {
  std::string target;
  std::vector<int> before;
  bool running_well = false;
  for (const NodeView& node : nodes) {
    if (node.online && !node.leaving && target.empty() && wanted) {
      target = node.name;
    }
  }
  std::map<std::string, Known> known;
  for (const NodeView& node : nodes) {
    const pugi::xml_node state =
        root.child("status").find_child_by_attribute("uname", node.name.c_str());
    known[node.name] = known_of(state, resource);
    const Known& here = known[node.name];
    if (node.online && !node.leaving && here.active && !here.failed && wanted) {
      target = node.name;  // sticky
    }
  }
  for (const NodeView& node : nodes) {
    const Known& here = known[node.name];
    if (!node.online) {
      continue;
    }
    if (!here.any) {
      before.push_back(graph.add("monitor", resource, node.name, Duration{0}, 7).id);
    } else if (here.active && (node.name != target || here.failed)) {
      before.push_back(graph.add("stop", resource, node.name, Duration{0}, 0).id);
      stops.push_back(before.back());
    } else if (here.active && !here.starting) {
      running_well = true;
    }
  }
  if (target.empty()) {
    return;
  }
  int start = 0;
  if (!running_well) {
    GraphAction& action = graph.add("start", resource, target, Duration{0}, 0);
    action.inputs = before;
    start = action.id;
  }
  if (!running_well || !known[target].monitored) {
    GraphAction& action = graph.add("monitor", resource, target, Duration{10'000}, 0);
    if (start != 0) {
      action.inputs = {start};
    }
  }
}

}  // namespace

controller::Planner simple_planner() {
  return [](const cib::Document& document, WallTime) -> Result<model::TransitionGraph> {
    const pugi::xml_node root = document.root();
    std::vector<NodeView> nodes;
    for (const pugi::xml_node state : root.child("status").children("node_state")) {
      nodes.push_back(view_of(state));
    }
    Graph graph;
    std::vector<int> stops;
    const bool quorate = std::string(root.attribute("have-quorum").as_string()) == "1";
    for (const auto& primitive :
         root.child("configuration").child("resources").children("primitive")) {
      const pugi::xml_node role =
          primitive.child("meta_attributes").find_child_by_attribute("name", "target-role");
      plan_resource(graph, root, nodes, primitive.attribute("id").as_string(),
                    quorate && std::string(role.attribute("value").as_string()) != "Stopped",
                    stops);
    }
    for (const NodeView& node : nodes) {
      if (node.online && node.leaving) {
        graph.add("do_shutdown", "", node.name, Duration{0}, 0).inputs = stops;
      }
    }
    return graph.graph;
  };
}

std::string simple_cib(const std::vector<std::string>& primitives) {
  std::string xml =
      "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"5\" num_updates=\"0\">"
      "<configuration><crm_config><cluster_property_set id=\"opts\">"
      "<nvpair id=\"o1\" name=\"stonith-enabled\" value=\"false\"/></cluster_property_set>"
      "</crm_config><nodes/><resources>";
  for (const std::string& id : primitives) {
    xml += "<primitive id=\"" + id +
           "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"><operations><op id=\"" + id +
           "-m\" name=\"monitor\" interval=\"10s\"/></operations></primitive>";
  }
  return xml + "</resources><constraints/></configuration><status/></cib>";
}

}  // namespace mainstay::simulation
