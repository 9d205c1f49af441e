// SPDX-License-Identifier: Apache-2.0
// What the recorded operations mean for actions: what recurs already; what was run with other
// parameters, as another type, or is configured no longer, and so is restarted, reloaded,
// rescheduled, cancelled or deleted. Any of these forgives earlier failures.
#include <algorithm>

#include "core/scheduler/act/plan.h"
#include "core/scheduler/read/digests.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryEntry;
using model::HistoryResource;

constexpr int kPending = -1;
constexpr int kUnknownCode = 193;
constexpr const char* kChanged = "resource definition change";

/// Positions of the last start and the last stop; what lies before the start no longer runs.
struct Span {
  int start = -1;
  int stop = -1;
};

Span span_of(const HistoryResource& history) {
  Span span;
  int monitor = -1;
  int promotion = -1;
  for (std::size_t i = 0; i < history.entries.size(); ++i) {
    const HistoryEntry& entry = history.entries[i];
    const int here = static_cast<int>(i);
    if (entry.task == task::kStop && entry.status == 0) {
      span.stop = here;
    } else if (entry.task == task::kStart || entry.task == task::kMigrateFrom) {
      span.start = here;
    } else if (entry.task == task::kMonitor && monitor <= span.stop) {
      monitor = entry.rc == 0 || entry.rc == 8 ? here : monitor;
    } else if (entry.task == task::kPromote || entry.task == task::kDemote) {
      promotion = here;
    }
  }
  if (span.start < 0) {
    span.start = promotion >= 0 ? promotion : monitor;
  }
  return span;
}

template <class Visit>
void for_each_history(const Plan& plan, Visit visit) {
  for (int node = 0; node < plan.node_count(); ++node) {
    for (const HistoryResource& history : plan.node(node).history) {
      for (const int index : history.resources) {
        if (plan.resource(index).variant == model::Variant::primitive) {
          visit(node, history, index);
        }
      }
    }
  }
}

class ChangedParameters {
 public:
  ChangedParameters(Plan& plan, int node, const HistoryResource& history, int index)
      : plan_(plan), node_(node), history_(history), index_(index) {}

  void apply() {
    const model::Resource& resource = plan_.resource(index_);
    if (resource.removed) {
      if (resource.unique || !plan_.in_clone(index_)) {
        clean_up(plan_, index_, node_, false);
      }
      return;
    }
    const bool active = plan_.runs_on(index_, node_);
    if (history_.standard != resource.agent.standard ||
        history_.provider != resource.agent.provider || history_.type != resource.agent.type) {
      change_agent(active);
    }
    if (active) {
      apply_entries(false);
    }
  }

  /// The rest: parameters that depend on where a container will be.
  void apply_placed() {
    if (plan_.runs_on(index_, node_)) {
      apply_entries(true);
    }
  }

  /// What else reading a history does, of these.
  void forgive_failures() {
    for (const HistoryEntry& entry : history_.entries) {
      const bool last_failure = entry.id.starts_with(history_.id) &&
                                entry.id.substr(history_.id.size()) == "_last_failure_0";
      if (!last_failure || (entry.task != task::kStart && entry.task != task::kMonitor)) {
        continue;
      }
      if (differs(compare(entry))) {
        plan_.explain(plan_.want(index_, task::kClearFailcount, node_, false),
                      "resource parameters have changed", true);
      }
    }
  }

 private:
  void apply_entries(bool placed) {
    const Span span = span_of(history_);
    for (std::size_t i = 0; i < history_.entries.size() && span.start >= span.stop; ++i) {
      if (static_cast<int>(i) >= span.start && !goes_on(span, i)) {
        apply(history_.entries[i], placed);
      }
    }
  }

  /// A monitor whose failure is forgotten goes on if a result before it is recorded as well.
  bool goes_on(const Span& span, std::size_t i) const {
    const HistoryEntry& entry = history_.entries[i];
    const auto first = history_.entries.begin() + std::max(span.start, 0);
    return entry.forgotten && std::any_of(first, history_.entries.begin() + static_cast<int>(i),
                                          [&](const HistoryEntry& earlier) {
                                            return earlier.task == entry.task &&
                                                   earlier.interval == entry.interval;
                                          });
  }

  DigestMatch compare(const HistoryEntry& entry) const {
    const int container = plan_.resource(index_).container_index;
    return compare_digests(plan_.state, plan_.resource(index_), node_, entry,
                           container >= 0 ? plan_.home(container) : -1);
  }

  void change_agent(bool active) {
    require_unfencing(plan_, index_, node_, "Device definition changed");
    if (active) {
      plan_.want(index_, task::kStop, node_, false);
      plan_.start_again[at(index_)] = 1;
    }
    clean_up(plan_, index_, node_, false);
  }

  void apply(const HistoryEntry& entry, bool placed) {
    const bool recurs = entry.interval > Duration(0);
    if (recurs && (plan_.resource(index_).maintenance || plan_.node(node_).maintenance)) {
      if (!placed) {
        cancel(entry);
      }
      return;
    }
    if (is_named_by_host(plan_.resource(index_), node_) != placed) {
      return;
    }
    const bool shows_parameters = entry.task == task::kMonitor || entry.task == task::kStart ||
                                  entry.task == task::kPromote || entry.task == task::kMigrateFrom;
    if ((recurs || shows_parameters) && changed(entry) &&
        effective_fail_count(plan_.state, index_, node_) != 0) {
      plan_.explain(plan_.want(index_, task::kClearFailcount, node_, false),
                    "action definition changed", true);
    }
  }

  void cancel(const HistoryEntry& entry) {
    const int made = plan_.cancel(index_, entry.task, entry.interval, node_);
    plan_.table[made].meta["call-id"] = std::to_string(entry.call_id);
    plan_.order({-1, index_, task::kStop}, {made, -1, {}}, kOrdered);
  }

  bool is_configured(const HistoryEntry& entry) const {
    const auto& operations = plan_.resource(index_).operations;
    return std::any_of(operations.begin(), operations.end(), [&](const model::Operation& op) {
      return op.enabled && op.name == entry.task && op.interval == entry.interval;
    });
  }

  bool changed(const HistoryEntry& entry) {
    const bool recurs = entry.interval > Duration(0);
    if (recurs && !is_configured(entry)) {
      if (plan_.state.options.cancel_removed_actions) {
        cancel(entry);
      }
      return true;
    }
    switch (compare(entry)) {
      case DigestMatch::same:
      case DigestMatch::secrets_changed:
        return false;
      case DigestMatch::restart_changed:
        restart(entry);
        break;
      case DigestMatch::unknown:  // nobody can tell that it was done with these parameters
      case DigestMatch::all_changed:
        if (recurs) {
          require_unfencing(plan_, index_, node_, "Device parameters changed (reschedule)");
          const int made = plan_.want(index_, entry.task, node_, true, entry.interval);
          plan_.table[made].reschedule = true;
        } else if (!entry.restart_digest.empty()) {
          require_unfencing(plan_, index_, node_, "Device parameters changed (reload)");
          reload();
        } else {
          restart(entry);
        }
        break;
    }
    return true;
  }

  void restart(const HistoryEntry& entry) {
    const bool starting = entry.interval == Duration(0) &&
                          (entry.task == task::kMonitor || entry.task == task::kPromote ||
                           entry.task == task::kMigrateFrom);
    const std::string_view name = starting ? task::kStart : entry.task;
    const int made = plan_.want(index_, name, -1, false, entry.interval);
    plan_.explain(made, kChanged, true);
    require_unfencing(plan_, index_, node_, "Device parameters changed");
  }

  void reload() {
    const model::Resource& resource = plan_.resource(index_);
    if (!plan_.managed(index_) || resource.failed) {
      return;
    }
    if (resource.start_pending) {
      plan_.want(index_, task::kStop, node_, false);
      return;
    }
    plan_.reloading[at(index_)] = 1;
    const int made = plan_.want(index_, task::kReload, node_, false);
    plan_.explain(made, kChanged);
    for (const auto ends : {task::kStop, task::kDemote}) {
      plan_.order({made, -1, {}}, {-1, index_, ends}, kOrdered | kThenCancelsFirst);
    }
  }

  Plan& plan_;
  int node_;
  const HistoryResource& history_;
  int index_;
};

}  // namespace

namespace {

/// What is removed is stopped when the failures that it still has are forgotten; those of a
/// connection that is to be tried again, once its node has been fenced.
void order_forgetting(Plan& plan, int forgetting, int index, int node) {
  const model::Resource& resource = plan.resource(index);
  if (resource.removed && resource.parent < 0 &&
      effective_fail_count(plan.state, index, node) > 0) {
    plan.order({forgetting, -1, {}}, {-1, index, task::kStop}, kOrdered);
  }
  if (resource.remote_node >= 0 && resource.remote_reconnect > Duration(0) &&
      plan.state.options.fencing_enabled) {
    plan.table.relate(plan.fence(resource.remote_node, "", true, ""), forgetting,
                      kFirstRequiresThen);
  }
}

void take_demands(Plan& plan, bool forgiving) {
  using Kind = model::HistoryDemand::Kind;
  for (const model::HistoryDemand& demand : plan.state.demands) {
    if ((demand.kind == Kind::clear_failcount) != forgiving) {
      continue;
    }
    const std::string_view name = demand.kind == Kind::stop            ? task::kStop
                                  : demand.kind == Kind::demote        ? task::kDemote
                                  : demand.kind == Kind::clear_history ? task::kForgetHistory
                                                                       : task::kClearFailcount;
    const int made = plan.want(demand.resource, name, demand.node, demand.optional);
    plan.explain(made, demand.reason, true);
    if (forgiving) {
      order_forgetting(plan, made, demand.resource, demand.node);
    }
  }
}

}  // namespace

/// What recurs on a node that is not there now does not go on, even if its connection comes back.
void recall_history(Plan& plan) {
  take_demands(plan, true);
  for_each_history(plan, [&](int node, const HistoryResource& history, int index) {
    const Span span = span_of(history);
    for (std::size_t i = 0; i < history.entries.size() && plan.node(node).online; ++i) {
      const HistoryEntry& entry = history.entries[i];
      const int here = static_cast<int>(i);
      const bool past = span.start < span.stop ? here <= span.stop : here < span.start;
      if (!past && entry.interval > Duration(0) && entry.status != kPending &&
          entry.rc != kUnknownCode) {
        plan.want(index, entry.task, node, true, entry.interval);
      }
    }
  });
  take_demands(plan, false);
}

namespace {

/// As it is, not as it will be once a connection is made.
bool is_looked_at(const model::NodeState& node) {
  return node.maintenance || (node.online && !node.shutdown && !node.unclean && !node.standby);
}

/// Whose operations a history shows: of what is called so, or was last called so in a history.
using Shown = std::multimap<std::string_view, int>;

Shown shown_by_name(const Plan& plan) {
  Shown shown;
  for (std::size_t i = 0; i < plan.state.resources.size(); ++i) {
    const model::Resource& resource = plan.state.resources[i];
    if (resource.variant != model::Variant::primitive) {
      continue;
    }
    shown.emplace(resource.id, static_cast<int>(i));
    if (!resource.history_id.empty() && resource.history_id != resource.id) {
      shown.emplace(resource.history_id, static_cast<int>(i));
    }
  }
  return shown;
}

}  // namespace

void apply_changed_parameters(Plan& plan) {
  const Shown shown = shown_by_name(plan);
  for (int node = 0; node < plan.node_count(); ++node) {
    if (!is_looked_at(plan.node(node))) {
      continue;
    }
    for (const HistoryResource& history : plan.node(node).history) {
      const auto [first, last] = shown.equal_range(history.id);
      for (auto it = first; it != last; ++it) {
        ChangedParameters(plan, node, history, it->second).apply();
      }
    }
  }
}

void apply_placed_parameters(Plan& plan) {
  for_each_history(plan, [&](int node, const HistoryResource& history, int index) {
    if (is_named_by_host(plan.resource(index), node)) {
      ChangedParameters changes(plan, node, history, index);
      if (is_looked_at(plan.node(node))) {
        changes.apply_placed();
      }
      changes.forgive_failures();
    }
  });
}

void apply_placement(Plan& plan) {
  for (int node = 0; node < plan.node_count(); ++node) {
    const bool to_be_fenced = plan.is_unclean(node) && !plan.node(node).unclean;
    plan.nodes[at(node)] = plan.placement.nodes[at(node)];
    plan.nodes[at(node)].unclean = plan.nodes[at(node)].unclean || to_be_fenced;
  }
  for (std::size_t i = 0; i < plan.state.resources.size(); ++i) {
    const int index = static_cast<int>(i);
    if (plan.placement.left_out[i] != 0 && !plan.table.of(index).empty()) {
      plan.leave_out(index);
    }
  }
}

}  // namespace mainstay::scheduler
