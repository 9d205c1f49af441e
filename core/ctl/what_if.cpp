// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/what_if.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"

namespace mainstay::ctl {
namespace {

using Json = nlohmann::ordered_json;

void set(pugi::xml_node element, const char* name, const std::string& value) {
  if (!element.attribute(name)) {
    element.append_attribute(name);
  }
  element.attribute(name) = value.c_str();
}

pugi::xml_node child(pugi::xml_node parent, const char* name) {
  const pugi::xml_node found = parent.child(name);
  return found ? found : parent.append_child(name);
}

void set_pair(pugi::xml_node block, const std::string& name, const std::string& value) {
  pugi::xml_node pair = block.find_child_by_attribute("nvpair", "name", name.c_str());
  if (!pair) {
    pair = block.append_child("nvpair");
    set(pair, "id", "plan-" + name);
    set(pair, "name", name);
  }
  set(pair, "value", value);
}

pugi::xml_node node_named(pugi::xml_node cib, const std::string& name) {
  return cib.child("configuration")
      .child("nodes")
      .find_child_by_attribute("node", "uname", name.c_str());
}

Result<pugi::xml_node> state_of(pugi::xml_node cib, const std::string& name) {
  const pugi::xml_node state =
      cib.child("status").find_child_by_attribute("node_state", "uname", name.c_str());
  if (!state) {
    return fail(Errc::not_found, "node '" + name + "' has no status: it never was in the cluster");
  }
  return state;
}

Status assume_standby(pugi::xml_node cib, const std::string& name) {
  pugi::xml_node node = node_named(cib, name);
  if (!node) {
    return fail(Errc::not_found, "node '" + name + "' does not exist");
  }
  set_pair(child(node, "instance_attributes"), "standby", "on");
  return Done{};
}

Status assume_down(pugi::xml_node cib, const std::string& name) {
  auto state = state_of(cib, name);
  if (!state) {
    return state.error();
  }
  set(*state, "in_ccm", "false");
  set(*state, "crmd", "offline");
  set(*state, "join", "down");
  return Done{};
}

/// The interval of the resource's recurring monitor, in milliseconds; 0: it has none.
std::string monitor_interval(pugi::xml_node history) {
  for (const pugi::xml_node op : history.children("lrm_rsc_op")) {
    std::string interval = op.attribute("interval").value();
    if (std::string(op.attribute("operation").value()) == "monitor" && interval != "0") {
      return interval;
    }
  }
  return "0";
}

struct Failure {
  std::string resource;
  std::string node;
  std::string code = "7";
};

Result<Failure> parse_failure(const std::string& text) {
  Failure failure;
  const auto separator = text.find('@');
  const auto equals = text.find('=', separator == std::string::npos ? 0 : separator);
  if (separator == std::string::npos || separator == 0) {
    return fail(Errc::invalid_input, "'" + text + "' is no failure such as Web@node2=7");
  }
  failure.resource = text.substr(0, separator);
  failure.node = text.substr(
      separator + 1, equals == std::string::npos ? std::string::npos : equals - separator - 1);
  if (equals != std::string::npos) {
    failure.code = text.substr(equals + 1);
  }
  const bool number = !failure.code.empty() && failure.code.size() < 4 &&
                      failure.code.find_first_not_of("0123456789") == std::string::npos;
  if (!number || failure.node.empty()) {
    return fail(Errc::invalid_input, "'" + text + "' is no failure such as Web@node2=7");
  }
  return failure;
}

void add_failed_monitor(pugi::xml_node history, const Failure& failure,
                        const std::string& interval) {
  int newest = 0;
  for (const pugi::xml_node op : history.children("lrm_rsc_op")) {
    newest = std::max(newest, op.attribute("call-id").as_int());
  }
  pugi::xml_node op = history.append_child("lrm_rsc_op");
  set(op, "id", failure.resource + "_last_failure_0");
  set(op, "operation", "monitor");
  set(op, "interval", interval);
  set(op, "rc-code", failure.code);
  set(op, "op-status", "0");
  set(op, "call-id", std::to_string(newest + 1));
  set(op, "transition-key", "0:0:0:plan");
  set(op, "transition-magic", "0:" + failure.code + ";0:0:0:plan");
}

Status assume_failure(pugi::xml_node cib, const std::string& text) {
  const auto failure = parse_failure(text);
  if (!failure) {
    return failure.error();
  }
  auto state = state_of(cib, failure->node);
  if (!state) {
    return state.error();
  }
  const pugi::xml_node histories = state->child("lrm").child("lrm_resources");
  const pugi::xml_node history =
      histories.find_child_by_attribute("lrm_resource", "id", failure->resource.c_str());
  if (!history) {
    return fail(Errc::not_found,
                "resource '" + failure->resource + "' has no history on " + failure->node);
  }
  const std::string interval = monitor_interval(history);
  add_failed_monitor(history, *failure, interval);
  pugi::xml_node block = child(child(*state, "transient_attributes"), "instance_attributes");
  const std::string name = "fail-count-" + failure->resource + "#monitor_" + interval;
  const pugi::xml_node count = block.find_child_by_attribute("nvpair", "name", name.c_str());
  set_pair(block, name, std::to_string(count.attribute("value").as_int() + 1));
  return Done{};
}

Status assume_quorum(pugi::xml_node cib, const std::string& text) {
  if (text != "yes" && text != "no") {
    return fail(Errc::invalid_input, "--quorum wants yes or no, not '" + text + "'");
  }
  set(cib, "have-quorum", text == "yes" ? "1" : "0");
  return Done{};
}

std::string sentence(const model::Decision& decision) {
  static const std::map<std::string, std::string> past_tense = {
      {"Start", "started"},     {"Stop", "stopped"},
      {"Move", "moved"},        {"Migrate", "migrated"},
      {"Recover", "recovered"}, {"Restart", "restarted"},
      {"Reload", "reloaded"},   {"Promote", "promoted"},
      {"Demote", "demoted"},    {"Re-promote", "demoted and promoted again"}};
  if (decision.verb == "Fence") {
    return fmt::format("Node {} would be fenced ({}): {}.", decision.resource, decision.details,
                       decision.reason);
  }
  if (decision.verb == "Shutdown") {
    return fmt::format("Node {} would shut down.", decision.resource);
  }
  const auto past = past_tense.find(decision.verb);
  std::string text = fmt::format(
      "{} {} be {} ({})", decision.resource, decision.blocked ? "should, but cannot," : "would",
      past == past_tense.end() ? decision.verb : past->second, decision.details);
  return text + (decision.reason.empty() ? "" : ", due to " + decision.reason) + ".";
}

Result<model::TransitionGraph> graph_of(pugi::xml_node cib, WallTime now) {
  const auto state = scheduler::read_cluster_state(cib, now);
  if (!state) {
    return state.error();
  }
  return scheduler::schedule(*state);
}

Json decision_json(const model::Decision& decision) {
  return {{"resource", decision.resource}, {"verb", decision.verb},
          {"details", decision.details},   {"reason", decision.reason},
          {"blocked", decision.blocked},   {"text", sentence(decision)}};
}

}  // namespace

Status assume(pugi::xml_node cib, const Assumptions& assumptions) {
  using Step = std::pair<const std::string&, Status (*)(pugi::xml_node, const std::string&)>;
  const std::array<Step, 4> steps = {Step{assumptions.standby, assume_standby},
                                     {assumptions.node_down, assume_down},
                                     {assumptions.failure, assume_failure},
                                     {assumptions.quorum, assume_quorum}};
  for (const auto& [value, step] : steps) {
    if (!value.empty()) {
      if (Status done = step(cib, value); !done) {
        return done;
      }
    }
  }
  return Done{};
}

Result<std::string> plan_text(pugi::xml_node cib, WallTime now) {
  const auto graph = graph_of(cib, now);
  if (!graph) {
    return graph.error();
  }
  std::string text;
  for (const model::Decision& decision : graph->decisions) {
    text += sentence(decision) + "\n";
  }
  return text.empty() ? "Nothing would happen.\n" : text;
}

Result<std::string> plan_json(pugi::xml_node cib, WallTime now) {
  const auto graph = graph_of(cib, now);
  if (!graph) {
    return graph.error();
  }
  return graph_json(*graph);
}

std::string graph_json(const model::TransitionGraph& graph) {
  Json decisions = Json::array();
  for (const model::Decision& decision : graph.decisions) {
    decisions.push_back(decision_json(decision));
  }
  Json actions = Json::array();
  for (const model::GraphAction& action : graph.actions) {
    actions.push_back({{"id", action.id},
                       {"task", action.task},
                       {"resource", action.resource},
                       {"node", action.node},
                       {"interval_ms", action.interval.count()},
                       {"runnable", action.runnable},
                       {"reason", action.reason},
                       {"inputs", action.inputs}});
  }
  return Json{{"decisions", decisions}, {"actions", actions}, {"warnings", graph.warnings}}.dump(
             2) +
         "\n";
}

}  // namespace mainstay::ctl
