// SPDX-License-Identifier: Apache-2.0
// Loops over the graph in its order, firing what has all its inputs done; each writes the history
// entry that a real success would leave, also that something recurring was cancelled.
// Pseudo-actions and what the cluster does about itself change nothing.
#include "core/scheduler/simulator.h"

#include <chrono>
#include <map>
#include <string_view>
#include <unordered_map>

#include <pugixml.hpp>

#include "core/cib/digest.h"
#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

using model::ActionKind;
using model::GraphAction;

void set(pugi::xml_node node, const char* name, const std::string& value) {
  if (!node.attribute(name)) {
    node.append_attribute(name);
  }
  node.attribute(name) = value.c_str();
}

pugi::xml_node child(pugi::xml_node parent, const char* name) {
  const pugi::xml_node found = parent.child(name);
  return found ? found : parent.append_child(name);
}

pugi::xml_node child_with(pugi::xml_node parent, const char* name, const char* key,
                          const std::string& value) {
  const pugi::xml_node found = parent.find_child_by_attribute(name, key, value.c_str());
  if (found) {
    return found;
  }
  pugi::xml_node made = parent.append_child(name);
  made.append_attribute(key) = value.c_str();
  return made;
}

class Simulator {
 public:
  Simulator(pugi::xml_node cib, WallTime now)
      : status_(child(cib, "status")),
        now_(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()) {
    struct Walker : pugi::xml_tree_walker {
      bool for_each(pugi::xml_node& node) override {
        newest = std::max(newest, parse_int(attr(node, "call-id"), 0));
        return true;
      }
      int newest = 0;
    };
    Walker walker;
    status_.traverse(walker);
    call_ = walker.newest;
  }

  void perform(const GraphAction& action) {
    if (action.kind == ActionKind::fence) {
      fence(action);
    } else if (action.kind == ActionKind::resource && action.task != "delete" &&
               action.task != "notify") {
      record(action);
    }
  }

 private:
  pugi::xml_node state_of(const GraphAction& action) {
    pugi::xml_node state = child_with(status_, "node_state", "uname", action.node);
    if (!state.attribute("id")) {
      set(state, "id", action.node_id);  // Pacemaker overlooks a state without one
    }
    return state;
  }

  void fence(const GraphAction& action) {
    const auto how = action.meta.find("stonith_action");
    if (how != action.meta.end() && how->second == "on") {
      return;
    }
    pugi::xml_node state = state_of(action);
    set(state, "in_ccm", "false");
    set(state, "crmd", "offline");
    set(state, "join", "down");
    set(state, "expected", "down");
    histories_.erase(action.node);
    while (state.remove_child("lrm")) {
    }
    while (state.remove_child("transient_attributes")) {
    }
  }

  /// What a node's lrm_resource elements are about; of two about the same, the first.
  struct Histories {
    pugi::xml_node parent{};
    std::unordered_map<std::string_view, pugi::xml_node> by_id{};
  };

  Histories& histories_of(const GraphAction& action) {
    const auto [known, is_new] = histories_.try_emplace(action.node);
    Histories& histories = known->second;
    if (is_new) {
      histories.parent = child(child(state_of(action), "lrm"), "lrm_resources");
      for (const pugi::xml_node& resource : histories.parent.children("lrm_resource")) {
        histories.by_id.emplace(resource.attribute("id").value(), resource);
      }
    }
    return histories;
  }

  static pugi::xml_node resource_in(Histories& histories, const std::string& id) {
    if (const auto found = histories.by_id.find(id); found != histories.by_id.end()) {
      return found->second;
    }
    pugi::xml_node made = histories.parent.append_child("lrm_resource");
    set(made, "id", id);
    histories.by_id.emplace(made.attribute("id").value(), made);
    return made;
  }

  /// The name by which histories of that node know what an action is about.
  static const std::string& recorded_name(const Histories& histories, const GraphAction& action) {
    const bool is_label =
        !histories.by_id.contains(action.resource) && histories.by_id.contains(action.label);
    return is_label ? action.label : action.resource;
  }

  static std::string operation_key(const std::string& id, const std::string& task,
                                   Duration interval) {
    return id + "_" + task + "_" + std::to_string(interval.count());
  }

  void record(const GraphAction& action) {
    Histories& histories = histories_of(action);
    const std::string& id = recorded_name(histories, action);
    const pugi::xml_node resource = resource_in(histories, id);
    set(resource, "class", action.agent.standard);
    if (!action.agent.provider.empty()) {
      set(resource, "provider", action.agent.provider);
    }
    set(resource, "type", action.agent.type);
    // After a reload the resource counts as started anew, with what it was told.
    const std::string task = action.task == "reload-agent" ? "start" : action.task;
    const std::string key = operation_key(id, task, action.interval);
    const std::string entry = action.interval == Duration(0) ? id + "_last_0" : key;
    pugi::xml_node op = child_with(resource, "lrm_rsc_op", "id", entry);
    op.remove_attributes();
    set(op, "id", entry);
    set(op, "operation_key", key);
    describe(op, action, task);
  }

  void describe(pugi::xml_node op, const GraphAction& action, const std::string& task) {
    const std::string rc = std::to_string(action.expected_rc);
    const std::string asked =
        std::to_string(action.id) + ":-1:" + rc + ":xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    set(op, "operation", task);
    set(op, "interval", std::to_string(action.interval.count()));
    set(op, "rc-code", rc);
    set(op, "op-status", "0");
    set(op, "call-id", std::to_string(++call_));
    set(op, "transition-key", asked);
    set(op, "transition-magic", "0:" + rc + ";" + asked);
    set(op, "last-rc-change", std::to_string(now_));
    set(op, "op-digest",
        cib::parameters_digest(action.parameters, action.interval, action.timeout));
    for (const char* name : {"migrate_source", "migrate_target"}) {
      const auto it = action.meta.find(name);
      if (it != action.meta.end()) {
        set(op, name, it->second);
      }
    }
  }

  pugi::xml_node status_;
  std::unordered_map<std::string, Histories> histories_{};  ///< by the node's name
  std::int64_t now_;
  int call_ = 0;
};

}  // namespace

SimulationResult simulate(pugi::xml_node cib, const model::TransitionGraph& graph, WallTime now) {
  SimulationResult result;
  Simulator simulator(cib, now);
  std::map<int, bool> done;
  for (const GraphAction& action : graph.actions) {
    if (action.runnable) {
      done[action.id] = false;
    }
  }
  bool progress = true;
  while (progress) {
    progress = false;
    for (std::size_t i = 0; i < graph.actions.size(); ++i) {
      const GraphAction& action = graph.actions[i];
      if (!action.runnable || done[action.id]) {
        continue;
      }
      bool ready = true;
      for (const int input : action.inputs) {
        const auto it = done.find(input);
        ready = ready && it != done.end() && it->second;
      }
      if (ready) {
        simulator.perform(action);
        done[action.id] = true;
        result.fired.push_back(static_cast<int>(i));
        progress = true;
      }
    }
  }
  result.finished = result.fired.size() == done.size();
  return result;
}

}  // namespace mainstay::scheduler
