// SPDX-License-Identifier: Apache-2.0
// From actions to the graph: what can run and is required, or is brought along by what is; with
// those inputs that are in the graph themselves and whose edge still means something. The order is
// that of the resources, newest action first; a clone's own actions follow its instances'.
#include <algorithm>
#include <set>

#include "core/scheduler/act/notifications.h"
#include "core/scheduler/act/plan.h"
#include "core/scheduler/read/digests.h"
#include "core/scheduler/read/parts.h"
#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

using model::ActionKind;
using model::GraphAction;
using model::Variant;

class GraphBuilder {
 public:
  explicit GraphBuilder(const Plan& plan) : plan_(plan) {}

  model::TransitionGraph build() {
    ids_.assign(at(plan_.table.size()), -1);
    for (const model::Resource& resource : plan_.state.resources) {
      names_.insert(resource.id);
      names_.insert(resource.history_id);
    }
    for (const int index : plan_.placement.top_level) {
      list(index);
    }
    for (int index = plan_.table.size() - 1; index >= 0; --index) {
      take(index);
    }
    take_awaited_in_vain();
    graph_.actions.reserve(order_.size());
    for (const int index : order_) {
      graph_.actions.push_back(convert(index));
    }
    graph_.recheck_at = plan_.state.recheck_at;
    graph_.warnings = plan_.state.problems;
    return std::move(graph_);
  }

 private:
  void name_resource(const Action& action, GraphAction& out) const {
    const model::Resource& resource = plan_.resource(action.resource);
    const std::string& recorded = resource.history_id;
    out.resource = resource.id;
    out.label = resource.id;
    if (action.pseudo) {
      out.label = recorded.empty() ? resource.id : recorded;
      if (!recorded.empty() && action.task == task::kNotified) {
        out.task = std::string(action.task);
      } else if (!recorded.empty() && action.is_notice) {
        out.task = out.meta.at("notify_type");
        out.task.append(task::kNotice).append(out.meta.at("notify_operation"));
      }
      return;
    }
    if (resource.removed && !recorded.empty()) {
      out.resource = recorded;
    } else if (!resource.unique && plan_.in_clone(action.resource)) {
      out.resource = resource.base;
    }
    out.label = out.resource;
    if (action.task != task::kClearFailcount && !names_.contains(out.label)) {
      out.label = recorded.empty() ? resource.id : recorded;
    }
  }

  void list(int index) {
    const model::Resource& resource = plan_.resource(index);
    if (resource.variant == Variant::bundle) {
      list_bundle(resource);
      return;
    }
    const bool last = resource.variant == Variant::clone;
    if (!last) {
      take_all(index);
    }
    for (const int child : resource.children) {
      list(child);
    }
    if (last) {
      take_all(index);
    }
  }

  void list_bundle(const model::Resource& bundle) {
    if (bundle.bundled >= 0) {
      for (const int instance : plan_.placement.children[at(bundle.bundled)]) {
        list(instance);
      }
      take_all(bundle.bundled);
    }
    for (const model::BundleReplica& replica : bundle.replicas) {
      for (const int part : {replica.ip, replica.container, replica.remote}) {
        if (part >= 0) {
          take_all(part);
        }
      }
    }
  }

  void take_all(int index) {
    const auto& own = plan_.table.of(index);
    std::for_each(own.rbegin(), own.rend(), [&](int action) { take(action); });
  }

  void take(int index) {
    if (ids_[at(index)] < 0 && belongs_in_graph(plan_, plan_.table[index])) {
      ids_[at(index)] = static_cast<int>(order_.size());
      order_.push_back(index);
    }
  }

  /// Last, so that it is seen what waits for them.
  void take_awaited_in_vain() {
    for (std::size_t i = 0, runnable = order_.size(); i < runnable; ++i) {
      for (const int each : plan_.table[order_[i]].before) {
        const Edge& edge = plan_.table.edge(each);
        if (ids_[at(edge.first)] < 0 && is_input(plan_, edge)) {
          ids_[at(edge.first)] = static_cast<int>(order_.size());
          order_.push_back(edge.first);
        }
      }
    }
  }

  GraphAction convert(int index) const {
    const Action& action = plan_.table[index];
    GraphAction out;
    out.id = ids_[at(index)];
    out.task = action.pseudo ? action.name : action.task;
    out.kind = action.pseudo                 ? ActionKind::pseudo
               : action.task == task::kFence ? ActionKind::fence
               : action.task == task::kShutdown || action.task == task::kClearFailcount ||
                       action.task == task::kForgetHistory ||
                       (action.resource < 0 && action.node >= 0)
                   ? ActionKind::cluster
                   : ActionKind::resource;
    if (action.task == task::kFence && !action.pseudo) {
      out.task = task::kFence;
    }
    out.runnable = belongs_in_graph(plan_, action);
    out.interval = action.interval;
    out.expected_rc = action.expected_rc;
    out.reason = action.reason;
    out.priority = action.priority;
    out.meta = action.pseudo && action.is_notice ? notice_meta(plan_, index) : action.meta;
    if (action.news) {
      out.meta.insert(action.news->begin(), action.news->end());
    }
    if (action.node >= 0 && !(action.pseudo && action.task != task::kFence)) {
      out.node = plan_.node(action.node).name;
      out.node_id = plan_.node(action.node).id;
    }
    if (action.resource >= 0) {
      describe_resource(action, out);
    }
    for (const int edge : action.before) {
      const int first = ids_[at(plan_.table.edge(edge).first)];
      if (first >= 0 && is_input(plan_, plan_.table.edge(edge))) {
        out.inputs.push_back(first);
      }
    }
    std::sort(out.inputs.begin(), out.inputs.end());
    out.inputs.erase(std::unique(out.inputs.begin(), out.inputs.end()), out.inputs.end());
    return out;
  }

  /// Of a connection into a container: where the container will be.
  int host_of(const model::Resource& resource) const {
    return resource.container_index >= 0 ? plan_.home(resource.container_index) : -1;
  }

  void describe_resource(const Action& action, GraphAction& out) const {
    const model::Resource& resource = plan_.resource(action.resource);
    name_resource(action, out);
    out.agent = resource.agent;
    out.priority = std::max(out.priority, resource.priority);
    if (resource.variant != Variant::primitive || action.pseudo) {
      return;
    }
    if (action.task == task::kCancel) {
      out.meta["operation"] = std::string(action.name);
    }
    if (action.node >= 0) {
      out.parameters = operation_parameters(plan_.state, resource, action.node, action.task,
                                            action.interval, host_of(resource));
    }
    model::Values meta = resource.meta;
    const auto overlay = [&](const model::Values& stronger) {
      for (const auto& [name, value] : stronger) {
        meta[name] = value;
      }
    };
    overlay(out.meta);
    overlay(operation_meta(resource, out.task, action.interval));
    out.meta = std::move(meta);
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

  const Plan& plan_;
  std::vector<int> ids_;
  std::set<std::string_view> names_;
  std::vector<int> order_;
  model::TransitionGraph graph_;
};

}  // namespace

model::TransitionGraph build_graph(const Plan& plan) {
  return GraphBuilder(plan).build();
}

}  // namespace mainstay::scheduler
