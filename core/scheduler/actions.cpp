// SPDX-License-Identifier: Apache-2.0
// Which actions each primitive needs: probes where its state is unknown, stops where it must not
// be, a start where it should be, its monitors there. Pacemaker Explained, "Resource Operations".
#include "core/scheduler/actions.h"

#include <algorithm>

#include "core/scheduler/digests.h"
#include "core/scheduler/reader_parts.h"

namespace mainstay::scheduler {
namespace {

using model::ActionKind;
using model::ClusterState;
using model::Role;

constexpr int kRunning = 0;
constexpr int kNotRunning = 7;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

std::string quorum_objection(const ClusterState& state, const model::Resource& resource,
                             Role next) {
  if (state.options.have_quorum || resource.requirement == model::Requires::nothing) {
    return {};
  }
  switch (state.options.quorum_policy) {
    case model::QuorumPolicy::ignore:
      return {};
    case model::QuorumPolicy::freeze:
      return !resource.running_on.empty() && resource.role >= next ? "" : "quorum freeze";
    case model::QuorumPolicy::stop:
    case model::QuorumPolicy::demote:
    case model::QuorumPolicy::fence:
      break;
  }
  return "no quorum";
}

class ResourceActions {
 public:
  ResourceActions(const ClusterState& state, const Placement& placement, ActionTable& table,
                  int index)
      : state_(state),
        placement_(placement),
        table_(table),
        index_(index),
        resource_(state.resources[at(index)]),
        node_(placement.node[at(index)]),
        next_(placement.role[at(index)]),
        managed_(placement.managed[at(index)] != 0) {}

  void add() {
    add_probes();
    if (managed_) {
      add_stops();
      add_start();
      apply_changed_parameters();
    } else if (resource_.blocked) {
      hold();
    }
    add_monitors();
    add_inactive_monitors();
    apply_demands();
  }

 private:
  bool runs_on(int node) const {
    return std::find(resource_.running_on.begin(), resource_.running_on.end(), node) !=
           resource_.running_on.end();
  }

  void add_probes() {
    if (resource_.removed || !state_.options.startup_probes) {
      return;
    }
    for (std::size_t i = state_.nodes.size(); i-- > 0;) {
      const auto& node = state_.nodes[i];
      const bool known = i < resource_.known_on.size() && resource_.known_on[i] != 0;
      if (known || !node.online || node.unclean || node.pending ||
          node.type != model::NodeType::member) {
        continue;
      }
      const int probe = table_.make(ActionKind::resource, "monitor", index_, static_cast<int>(i));
      table_[probe].expected_rc = runs_on(static_cast<int>(i)) ? kRunning : kNotRunning;
      table_.require(probe, "");
    }
  }

  /// Why the resource may not stay as it is on this node; empty if it may.
  std::string stop_reason() const {
    return next_ <= Role::stopped || node_ < 0 ? "node availability" : "";
  }

  bool must_stop(int node) const {
    const bool leaves = next_ <= Role::stopped || node_ != node;
    const bool several =
        resource_.running_on.size() > 1 &&
        !(resource_.multiple_active == model::MultipleActive::stop_unexpected && node == node_);
    return leaves || resource_.failed || several;
  }

  void add_stops() {
    for (const int node : resource_.running_on) {
      const int stop = table_.make(ActionKind::resource, "stop", index_, node);
      if (must_stop(node)) {
        table_.require(stop, stop_reason());
      }
      const auto& where = state_.nodes[at(node)];
      if (where.unclean || !where.online) {
        if (can_fence(state_, where)) {
          table_[stop].implied = true;
        } else {
          table_.forbid(stop, "");
        }
      }
    }
  }

  /// A blocked resource stays as it is, and so does everything that needs it stopped.
  void hold() {
    for (const int node : resource_.running_on) {
      const int stop = table_.make(ActionKind::resource, "stop", index_, node);
      table_[stop].runnable = false;
      table_[stop].held = true;
    }
  }

  void add_start() {
    if (node_ < 0 || next_ <= Role::stopped) {
      return;
    }
    const int start = table_.make(ActionKind::resource, "start", index_, node_);
    const bool stays = runs_on(node_) && !must_stop(node_);
    if (!stays || resource_.start_pending) {
      table_[start].again = stays;
      table_.require(start, "");
    }
    if (const std::string objection = quorum_objection(state_, resource_, next_);
        !objection.empty()) {
      table_.forbid(start, objection);
    }
  }

  /// A restart, or new monitors, if the parameters are not those with which the operations were
  /// run.
  void apply_changed_parameters() {
    for (const int node : resource_.running_on) {
      const model::HistoryResource* history = history_on(node);
      if (history == nullptr || node != node_) {
        continue;
      }
      for (const model::HistoryEntry& entry : history->entries) {
        const DigestMatch match = compare_digests(state_, resource_, node, entry);
        const bool changed = match >= DigestMatch::all_changed;
        const bool one_off = entry.interval.count() == 0;
        if (!one_off && entry.id.find("_last_failure_0") != std::string::npos) {
          continue;
        }
        if (match == DigestMatch::all_changed && !entry.restart_digest.empty() && one_off) {
          table_.require(table_.make(ActionKind::resource, "reload-agent", index_, node),
                         "resource definition change");
        } else if (changed && (entry.task == "start" || entry.task == "monitor") &&
                   entry.interval.count() == 0) {
          const int stop = table_.make(ActionKind::resource, "stop", index_, node);
          const int start = table_.make(ActionKind::resource, "start", index_, node);
          table_.require(stop, "resource definition change");
          table_.require(start, "resource definition change");
        } else if (changed && entry.interval.count() > 0) {
          outdated_.emplace_back(entry.task, entry.interval);
        }
      }
    }
  }

  const model::HistoryResource* history_on(int node) const {
    for (const model::HistoryResource& history : state_.nodes[at(node)].history) {
      if (std::find(history.resources.begin(), history.resources.end(), index_) !=
          history.resources.end()) {
        return &history;
      }
    }
    return nullptr;
  }

  bool recurs_already(int node, const model::Operation& operation) const {
    const auto is_it = [&](const auto& pair) {
      return pair.first == operation.name && pair.second == operation.interval;
    };
    if (std::any_of(outdated_.begin(), outdated_.end(), is_it)) {
      return false;
    }
    return is_recurring(node, operation.name, operation.interval);
  }

  /// Whether the history holds it after the last start or stop.
  bool is_recurring(int node, const std::string& task, Duration interval) const {
    const model::HistoryResource* history = history_on(node);
    bool found = false;
    for (const model::HistoryEntry& entry :
         history == nullptr ? std::vector<model::HistoryEntry>() : history->entries) {
      const bool last_failure = entry.id.find("_last_failure_0") != std::string::npos;
      if ((entry.task == "start" || entry.task == "stop") && entry.status == 0 && entry.rc == 0) {
        found = false;
      } else if (entry.task == task && entry.interval == interval && !last_failure) {
        found = true;
      }
    }
    return found;
  }

  static bool is_for_stopped(const model::Operation& operation) {
    const auto role = operation.meta.find("role");
    return role != operation.meta.end() && model::parse_role(role->second) == Role::stopped;
  }

  void cancel(int node, const std::string& task, Duration interval) {
    table_.require(table_.make(ActionKind::cluster, "cancel:" + task, index_, node, interval), "");
  }

  /// Operations of role Stopped run wherever the resource does not.
  void add_inactive_monitors() {
    if (resource_.blocked || resource_.maintenance) {
      return;
    }
    for (const model::Operation& operation : resource_.operations) {
      if (operation.interval.count() == 0 || !operation.enabled || !is_for_stopped(operation)) {
        continue;
      }
      for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
        const int node = static_cast<int>(i);
        const auto& where = state_.nodes[i];
        const bool recurs = is_recurring(node, operation.name, operation.interval);
        const int home =
            managed_ || resource_.running_on.empty() ? node_ : resource_.running_on.front();
        if (node == home && next_ > Role::stopped) {
          if (recurs) {
            cancel(node, operation.name, operation.interval);
          }
          continue;
        }
        const int monitor =
            table_.make(ActionKind::resource, operation.name, index_, node, operation.interval);
        table_[monitor].expected_rc = kNotRunning;
        if (!recurs || runs_on(node)) {
          table_.require(monitor, "");
        }
        if (!where.online || where.unclean || where.pending || (!managed_ && runs_on(node))) {
          table_.forbid(monitor, "");
        }
        const int stop = table_.find("stop", index_, node);
        if (stop >= 0) {
          table_.relate({stop, monitor, true, false, true});
        }
      }
    }
  }

  void add_monitors() {
    const int node =
        managed_ ? node_ : (resource_.running_on.empty() ? -1 : resource_.running_on.front());
    if (node < 0 || next_ <= Role::stopped || resource_.blocked || resource_.maintenance ||
        state_.nodes[at(node)].maintenance || !state_.nodes[at(node)].online ||
        state_.nodes[at(node)].unclean) {
      return;
    }
    for (const model::Operation& operation : resource_.operations) {
      const auto role = operation.meta.find("role");
      const bool for_other_role = role != operation.meta.end() &&
                                  model::parse_role(role->second) != Role::started &&
                                  model::parse_role(role->second) != next_;
      if (operation.interval.count() == 0 || !operation.enabled || for_other_role) {
        if (for_other_role && !is_for_stopped(operation) && operation.interval.count() > 0 &&
            runs_on(node) && is_recurring(node, operation.name, operation.interval)) {
          cancel(node, operation.name, operation.interval);
        }
        continue;
      }
      const int monitor =
          table_.make(ActionKind::resource, operation.name, index_, node, operation.interval);
      if (!runs_on(node) || !recurs_already(node, operation)) {
        table_.require(monitor, "");
      }
    }
    cancel_obsolete(node);
  }

  /// Recurring operations of the history that are configured no longer.
  void cancel_obsolete(int node) {
    const model::HistoryResource* history = history_on(node);
    if (history == nullptr || !runs_on(node)) {
      return;
    }
    for (const model::HistoryEntry& entry : history->entries) {
      const bool configured = std::any_of(resource_.operations.begin(), resource_.operations.end(),
                                          [&](const model::Operation& operation) {
                                            return operation.enabled &&
                                                   operation.name == entry.task &&
                                                   operation.interval == entry.interval;
                                          });
      if (entry.interval.count() > 0 && !configured) {
        const int cancel =
            table_.make(ActionKind::cluster, "cancel:" + entry.task, index_, node, entry.interval);
        table_.require(cancel, "");
      }
    }
  }

  void apply_demands() {
    for (const model::HistoryDemand& demand : state_.demands) {
      if (demand.resource != index_) {
        continue;
      }
      if (demand.kind == model::HistoryDemand::Kind::clear_failcount) {
        table_.require(table_.make(ActionKind::cluster, "clear_failcount", index_, demand.node),
                       demand.reason);
      } else if (demand.kind == model::HistoryDemand::Kind::stop && managed_) {
        table_.require(table_.make(ActionKind::resource, "stop", index_, demand.node),
                       demand.reason);
      }
    }
  }

  const ClusterState& state_;
  const Placement& placement_;
  ActionTable& table_;
  int index_;
  const model::Resource& resource_;
  int node_;
  Role next_;
  bool managed_;
  std::vector<std::pair<std::string, Duration>> outdated_;
};

}  // namespace

void add_resource_actions(const ClusterState& state, const Placement& placement,
                          ActionTable& table) {
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    const model::Resource& resource = state.resources[i];
    if (resource.variant == model::Variant::primitive) {
      ResourceActions(state, placement, table, static_cast<int>(i)).add();
    } else if (resource.variant == model::Variant::group) {
      for (const char* task : {"start", "running", "stop", "stopped"}) {
        table.make(ActionKind::pseudo, task, static_cast<int>(i), -1);
      }
    }
  }
}

bool can_fence(const ClusterState& state, const model::NodeState& node) {
  const auto& options = state.options;
  return options.fencing_enabled && (options.have_fencing_device || options.have_watchdog) &&
         (options.have_quorum || options.quorum_policy == model::QuorumPolicy::ignore ||
          node.online);
}

void add_node_actions(const ClusterState& state, const Placement& placement, ActionTable& table) {
  const bool any_managed = std::any_of(placement.managed.begin(), placement.managed.end(),
                                       [](char managed) { return managed != 0; });
  for (std::size_t i = 0; i < state.nodes.size(); ++i) {
    const auto& node = state.nodes[i];
    if (node.unclean && state.options.fencing_enabled && any_managed) {
      const int fence = table.make(ActionKind::fence, "stonith", -1, static_cast<int>(i));
      table.require(fence, node.fence_reason.empty() ? "node is unclean" : node.fence_reason);
      if (!can_fence(state, node)) {
        table.forbid(fence, "no fencing device, or no quorum to use it");
      }
    } else if (node.shutdown && node.online) {
      table.require(table.make(ActionKind::cluster, "do_shutdown", -1, static_cast<int>(i)), "");
    }
  }
}

}  // namespace mainstay::scheduler
