// SPDX-License-Identifier: Apache-2.0
// From the table of actions to the graph: what is required and can run, with everything needed to
// run it.
#include <algorithm>

#include "core/scheduler/actions.h"
#include "core/scheduler/digests.h"
#include "core/scheduler/reader_parts.h"
#include "core/scheduler/xml.h"

namespace mainstay::scheduler {
namespace {

using model::ActionKind;
using model::ClusterState;
using model::GraphAction;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class GraphBuilder {
 public:
  GraphBuilder(const ClusterState& state, const Placement& placement, const ActionTable& table)
      : state_(state), placement_(placement), table_(table) {}

  model::TransitionGraph build() {
    ids_.assign(table_.size(), -1);
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const Action& action = table_[static_cast<int>(i)];
      if (action.required && may_touch(action) && !replaced(action)) {
        ids_[i] = static_cast<int>(graph_.actions.size());
        graph_.actions.push_back(convert(action, ids_[i]));
      }
    }
    for (const Relation& relation : table_.relations()) {
      const int first = ids_[at(relation.first)];
      const int then = ids_[at(relation.then)];
      if (first >= 0 && then >= 0 && first != then && relation.colocated_with < 0) {
        auto& inputs = graph_.actions[at(then)].inputs;
        if (std::find(inputs.begin(), inputs.end(), first) == inputs.end()) {
          inputs.push_back(first);
        }
      }
    }
    graph_.recheck_at = state_.recheck_at;
    graph_.warnings = state_.problems;
    return std::move(graph_);
  }

 private:
  /// Unmanaged resources are only watched.
  bool may_touch(const Action& action) const {
    if (action.resource < 0 || action.kind != ActionKind::resource || action.task == "monitor") {
      return true;
    }
    return placement_.managed[at(action.resource)] != 0;
  }

  /// A reload is not needed when the resource stops anyway.
  bool replaced(const Action& action) const {
    if (action.task != "reload-agent") {
      return false;
    }
    const int stop = table_.find("stop", action.resource, action.node);
    return stop >= 0 && table_[stop].required;
  }

  GraphAction convert(const Action& action, int id) const {
    GraphAction out;
    out.id = id;
    out.kind = action.implied ? ActionKind::pseudo : action.kind;
    out.task = action.task;
    out.interval = action.interval;
    out.expected_rc = action.expected_rc;
    out.runnable = action.runnable;
    out.reason = action.reason;
    if (action.node >= 0 && !action.implied) {
      out.node = state_.nodes[at(action.node)].name;
    }
    if (action.resource >= 0) {
      describe_resource(action, out);
    }
    return out;
  }

  void describe_resource(const Action& action, GraphAction& out) const {
    const model::Resource& resource = state_.resources[at(action.resource)];
    out.resource = resource.id;
    out.agent = resource.agent;
    out.priority = resource.priority;
    if (resource.variant != model::Variant::primitive) {
      return;
    }
    if (out.task.rfind("cancel:", 0) == 0) {
      out.task = "cancel";
      out.meta["operation"] = action.task.substr(std::string("cancel:").size());
    }
    if (action.node >= 0) {
      out.parameters = operation_parameters(state_, resource, action.node);
    }
    for (const auto& [name, value] : resource.meta) {
      out.meta.emplace(name, value);
    }
    for (const auto& [name, value] : operation_meta(resource, out.task, action.interval)) {
      out.meta[name] = value;
    }
    if (const auto timeout = out.meta.find("timeout"); timeout != out.meta.end()) {
      out.timeout = parse_duration(timeout->second).value_or(out.timeout);
    }
    if (const auto on_fail = out.meta.find("on-fail"); on_fail != out.meta.end()) {
      out.on_fail = on_fail->second;
    }
    out.meta["timeout"] = std::to_string(out.timeout.count());
    out.meta["name"] = out.task;
    out.meta["on_node"] = out.node;
    if (action.interval.count() > 0) {
      out.meta["interval"] = std::to_string(action.interval.count());
    } else {
      out.meta.erase("interval");
    }
  }

  const ClusterState& state_;
  const Placement& placement_;
  const ActionTable& table_;
  std::vector<int> ids_;
  model::TransitionGraph graph_;
};

}  // namespace

model::TransitionGraph build_graph(const ClusterState& state, const Placement& placement,
                                   const ActionTable& table) {
  return GraphBuilder(state, placement, table).build();
}

}  // namespace mainstay::scheduler
