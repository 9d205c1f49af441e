// SPDX-License-Identifier: Apache-2.0
// Orderings between actions, and what they carry: a mandatory order restarts and blocks along with
// its first, a stop takes the stops of what depends on it with it. Pacemaker Explained, "Specifying
// the Order".
#include <algorithm>
#include <deque>

#include "core/scheduler/actions.h"

namespace mainstay::scheduler {
namespace {

using model::ActionKind;
using model::ClusterState;
using model::Variant;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Orderings {
 public:
  Orderings(const ClusterState& state, const Placement& placement, ActionTable& table)
      : state_(state), placement_(placement), table_(table) {}

  void add() {
    for (std::size_t i = 0; i < state_.resources.size(); ++i) {
      if (state_.resources[i].variant == Variant::primitive) {
        within_resource(static_cast<int>(i));
      } else if (state_.resources[i].variant == Variant::group) {
        within_group(static_cast<int>(i));
      }
    }
    for (const model::OrderConstraint& constraint : state_.orders) {
      explicit_order(constraint);
    }
    for (const model::ColocationConstraint& constraint : state_.colocations) {
      apart(constraint);
      together(constraint);
    }
    fencing_and_shutdown();
  }

 private:
  /// Stop before start, probe before both, start before monitor.
  void within_resource(int index) {
    const auto starts = table_.all("start", index);
    const auto probes = table_.all("monitor", index);
    for (const int start : starts) {
      for (const int stop : table_.all("stop", index)) {
        table_.relate({stop, start, false, true, true});
      }
      for (const int probe : probes) {
        table_.order(probe, start);
      }
    }
    for (const int stop : table_.all("stop", index)) {
      for (const int probe : probes) {
        table_.order(probe, stop);
      }
    }
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const Action& action = table_[static_cast<int>(i)];
      if (action.resource == index && action.interval.count() > 0 &&
          action.kind == ActionKind::resource) {
        const bool while_stopped = action.expected_rc == 7;
        for (const int start : starts) {
          if (while_stopped) {
            table_.order(static_cast<int>(i), start);
          } else {
            table_.relate({start, static_cast<int>(i), true, false, true});
          }
        }
      }
      if (action.resource == index && action.task.rfind("cancel:", 0) == 0) {
        for (const int start : starts) {
          table_.order(static_cast<int>(i), start);
        }
      }
      if (action.resource == index && action.task == "clear_failcount") {
        for (const int start : starts) {
          table_.order(static_cast<int>(i), start);
        }
      }
    }
  }

  void within_group(int index) {
    const model::Resource& group = state_.resources[at(index)];
    const int start = table_.find("start", index, -1);
    const int running = table_.find("running", index, -1);
    const int stop = table_.find("stop", index, -1);
    const int stopped = table_.find("stopped", index, -1);
    table_.order(start, running);
    table_.order(stop, stopped);
    table_.order(stopped, start);
    int previous = -1;
    for (const int member : group.children) {
      for (const int action : table_.all("start", member)) {
        table_.relate({start, action, false, true, true});
        table_.relate({action, running, true, false, true});
      }
      for (const int action : table_.all("stop", member)) {
        table_.relate({stop, action, false, true, false});
        table_.relate({action, stopped, true, false, true});
      }
      if (previous >= 0 && group.ordered) {
        mandatory(previous, "start", member, "start", true);
      }
      previous = member;
    }
  }

  /// The actions that a constraint's side means: for a group its pseudo-operations.
  std::vector<int> actions_of(int resource, const std::string& task, bool as_first) const {
    if (resource >= 0 && state_.resources[at(resource)].variant == Variant::group) {
      const std::string name = !as_first         ? task
                               : task == "start" ? "running"
                               : task == "stop"  ? "stopped"
                                                 : task;
      const int action = table_.find(name, resource, -1);
      return action < 0 ? std::vector<int>{} : std::vector<int>{action};
    }
    return resource < 0 ? std::vector<int>{} : table_.all(task, resource);
  }

  void relate_all(int first, const std::string& first_task, int then, const std::string& then_task,
                  Relation how) {
    for (const int a : actions_of(first, first_task, true)) {
      for (const int b : actions_of(then, then_task, false)) {
        how.first = a;
        how.then = b;
        table_.relate(how);
      }
    }
  }

  static std::string inverse(const std::string& task) {
    return task == "start"     ? "stop"
           : task == "stop"    ? "start"
           : task == "promote" ? "demote"
                               : "promote";
  }

  /// Why what waits for this resource's start cannot run: it, or a member, is wanted nowhere.
  std::string never_starts(int index) const {
    const model::Resource& resource = state_.resources[at(index)];
    if (resource.variant == Variant::primitive) {
      const bool stays = placement_.managed[at(index)] == 0 && !resource.running_on.empty();
      return stays || !table_.all("start", index).empty() ? ""
                                                          : "unrunnable " + resource.id + " start";
    }
    for (const int member : resource.children) {
      if (resource.variant == Variant::group && !never_starts(member).empty()) {
        return "unrunnable " + resource.id + " running";
      }
    }
    return "";
  }

  /// Who must be with something that cannot start does not start either.
  void together(const model::ColocationConstraint& constraint) {
    if (constraint.score < model::kInfinity || constraint.dependent < 0 || constraint.primary < 0) {
      return;
    }
    const auto leaves = [&](int index) {
      const model::Resource& resource = state_.resources[at(index)];
      return resource.variant == Variant::group ? resource.children : std::vector<int>{index};
    };
    for (const int primary : leaves(constraint.primary)) {
      for (const int dependent : leaves(constraint.dependent)) {
        for (const int first : table_.all("start", primary)) {
          for (const int then : table_.all("start", dependent)) {
            table_.relate({first, then, false, false, true, constraint.primary});
          }
        }
      }
    }
  }

  void mandatory(int first, const std::string& first_task, int then, const std::string& then_task,
                 bool symmetrical) {
    relate_all(first, first_task, then, then_task, {-1, -1, symmetrical, false, true});
    // What must run after something cannot run if that is wanted nowhere.
    const std::string absent = never_starts(first);
    if (first_task == "start" && !absent.empty()) {
      for (const int action : actions_of(then, then_task, false)) {
        table_.forbid(action, absent);
      }
    }
    if (symmetrical) {
      relate_all(then, inverse(then_task), first, inverse(first_task), {-1, -1, false, true, true});
    }
  }

  void explicit_order(const model::OrderConstraint& constraint) {
    if (constraint.first < 0 || constraint.then < 0) {
      return;
    }
    if (constraint.kind == model::OrderKind::mandatory) {
      mandatory(constraint.first, constraint.first_task, constraint.then, constraint.then_task,
                constraint.symmetrical);
      return;
    }
    relate_all(constraint.first, constraint.first_task, constraint.then, constraint.then_task, {});
    if (constraint.symmetrical) {
      relate_all(constraint.then, inverse(constraint.then_task), constraint.first,
                 inverse(constraint.first_task), {});
    }
  }

  /// INFINITY anti-colocation: one leaves a node before the other comes.
  void apart(const model::ColocationConstraint& constraint) {
    if (constraint.score > -model::kInfinity || constraint.dependent < 0 ||
        constraint.primary < 0) {
      return;
    }
    for (const auto& [leaving, coming] : {std::pair{constraint.dependent, constraint.primary},
                                          std::pair{constraint.primary, constraint.dependent}}) {
      for (const int stop : table_.all("stop", leaving)) {
        const int start = table_.find("start", coming, table_[stop].node);
        if (start >= 0) {
          table_.relate({stop, start, false, false, true});
        }
      }
    }
  }

  void fencing_and_shutdown() {
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
      const int node = static_cast<int>(i);
      const int fence = table_.find("stonith", -1, node);
      const int shutdown = table_.find("do_shutdown", -1, node);
      for (std::size_t a = 0; a < table_.size(); ++a) {
        const int action = static_cast<int>(a);
        const Action& it = table_[action];
        if (it.kind != ActionKind::resource || it.interval.count() > 0) {
          continue;
        }
        if (shutdown >= 0 && it.node == node && (it.task == "stop" || it.task == "monitor")) {
          table_.relate({action, shutdown, false, it.task == "stop", it.task == "stop"});
        }
        if (fence >= 0 && it.task == "stop" && it.node == node) {
          table_.relate({fence, action, false, false, true});
        }
        if (fence >= 0 && it.task == "start" && waits_for_fencing(it, node)) {
          table_.relate({fence, action, false, false, true});
        }
      }
    }
  }

  bool waits_for_fencing(const Action& start, int node) const {
    const model::Resource& resource = state_.resources[at(start.resource)];
    if (resource.requirement >= model::Requires::fencing) {
      return true;
    }
    const bool known = at(node) < resource.known_on.size() && resource.known_on[at(node)] != 0;
    return resource.requirement == model::Requires::quorum && !known;
  }

  const ClusterState& state_;
  const Placement& placement_;
  ActionTable& table_;
};

std::string name_of(const ClusterState& state, const Action& action) {
  if (action.kind == ActionKind::fence) {
    return "fencing of " + state.nodes[at(action.node)].name;
  }
  return action.resource < 0 ? action.task
                             : state.resources[at(action.resource)].id + " " + action.task;
}

/// Applies one relation; true if it changed something.
bool apply(const ClusterState& state, ActionTable& table, const Relation& relation) {
  Action& first = table[relation.first];
  Action& then = table[relation.then];
  bool changed = false;
  if (relation.first_requires_then && first.required && !then.required) {
    table.require(relation.then, first.kind == ActionKind::pseudo || first.resource == then.resource
                                     ? first.reason
                                     : "required " + name_of(state, first));
    changed = true;
  }
  const bool same = first.resource == then.resource && first.task == "stop" && then.task == "start";
  const bool pulls = then.required || (same && !then.runnable);
  const bool binds = relation.first_requires_then || relation.then_requires_first;
  if (first.held && binds && then.runnable) {
    table.forbid(relation.then, "unrunnable " + name_of(state, first));
    changed = true;
  }
  if (relation.then_requires_first && pulls && !first.required && !first.held && !then.again) {
    const bool plain = same || then.kind == ActionKind::pseudo || first.kind == ActionKind::pseudo;
    table.require(relation.first, plain ? then.reason : "required " + name_of(state, then));
    changed = true;
  }
  const bool wanted = first.required || first.task == "start" || first.task == "running";
  if (relation.unrunnable_first_blocks && wanted && !first.runnable && !first.implied &&
      then.runnable) {
    const bool own_group = first.kind == ActionKind::pseudo && then.resource >= 0 &&
                           state.resources[at(then.resource)].parent == first.resource;
    table.forbid(relation.then,
                 relation.colocated_with >= 0
                     ? "colocation with " + state.resources[at(relation.colocated_with)].id
                 : own_group ? first.reason
                             : "unrunnable " + name_of(state, first));
    changed = true;
  }
  return changed;
}

}  // namespace

void add_orderings(const ClusterState& state, const Placement& placement, ActionTable& table) {
  Orderings(state, placement, table).add();
}

void propagate(const ClusterState& state, ActionTable& table) {
  const auto& relations = table.relations();
  std::vector<std::vector<std::size_t>> touching(table.size());
  std::deque<std::size_t> pending;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    touching[at(relations[i].first)].push_back(i);
    touching[at(relations[i].then)].push_back(i);
    pending.push_back(i);
  }
  // Flags only ever rise, three per action, so this ends.
  while (!pending.empty()) {
    const Relation& relation = relations[pending.front()];
    pending.pop_front();
    if (apply(state, table, relation)) {
      for (const int action : {relation.first, relation.then}) {
        pending.insert(pending.end(), touching[at(action)].begin(), touching[at(action)].end());
      }
    }
  }
}

}  // namespace mainstay::scheduler
