// SPDX-License-Identifier: Apache-2.0
// Making actions: each exists once; it is runnable if its node is there and the quorum policy lets
// what it needs happen; nothing that is not managed becomes required.
#include "core/scheduler/act/plan.h"

#include <algorithm>
#include <utility>

#include "core/scheduler/read/digests.h"
#include "core/scheduler/read/fenceable.h"

namespace mainstay::scheduler {
namespace {

using model::QuorumPolicy;
using model::Requires;
using model::Role;

Requires needs_of(const model::Resource& resource, std::string_view name) {
  return name == task::kStart || name == task::kPromote ? resource.requirement : Requires::nothing;
}

}  // namespace

Plan::Plan(const model::ClusterState& cluster, Placement decided)
    : state(cluster),
      placement(std::move(decided)),
      table(cluster.resources.size()),
      requires_reset(cluster.nodes.size(), 0),
      reloading(cluster.resources.size(), 0),
      gave_up_migration(cluster.resources.size(), 0),
      start_again(cluster.resources.size(), 0),
      excluded(cluster.resources.size()),
      containers(cluster.resources.size()),
      outermost_(cluster.resources.size()),
      changes_(cluster.resources.size() + 1, 0) {
  const auto& options = cluster.options;
  for (std::size_t i = 0; i < cluster.resources.size(); ++i) {
    const model::Resource& it = cluster.resources[i];
    if (!options.have_quorum && options.quorum_policy == QuorumPolicy::demote &&
        it.requirement > Requires::nothing && it.role >= Role::unpromoted) {
      placement.role[i] = std::min(placement.role[i], Role::unpromoted);
    }
    for (const model::BundleReplica& replica : it.replicas) {
      containers[i].push_back(replica.container);
    }
    outermost_[i] = static_cast<int>(i);
    for (int up = it.parent; up >= 0; up = resource(up).parent) {
      outermost_[i] = up;
    }
  }
  std::vector<int> found;
  for (int n = 0; n < node_count(); ++n) {
    nodes.push_back({node(n).online, node(n).unclean, node(n).shutdown});
    requires_reset[at(n)] = node(n).remote_requires_reset ? 1 : 0;
    if (!node(n).fence_reason.empty()) {
      found.push_back(n);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](int a, int b) { return node(a).fence_order < node(b).fence_order; });
  for (const int n : found) {
    if (!is_guest(n)) {
      fence(n, "", true, node(n).fence_reason);
    }
  }
}

bool Plan::runs_on(int index, int where) const {
  const auto& active = resource_active(index);
  return std::find(active.begin(), active.end(), where) != active.end();
}

int Plan::top(int index) const {
  return top_below_bundle(state, index);
}

bool Plan::is_bundled(int index) const {
  return resource(top(index)).parent >= 0;
}

bool Plan::in_clone(int index) const {
  const int outermost = top(index);
  return outermost != index && resource(outermost).variant == model::Variant::clone;
}

bool Plan::is_half_migrated(int index) const {
  return resource(index).partial_migration_target >= 0 && gave_up_migration[at(index)] == 0;
}

int Plan::current(int index) const {
  const model::Resource& it = resource(index);
  const bool migrating = gave_up_migration[at(index)] == 0 && it.partial_migration_source >= 0;
  if (migrating && runs_on(index, it.partial_migration_source)) {
    return it.partial_migration_source;
  }
  // What is fenced anyway, or still to come back, counts less than a sound node.
  const auto is_sound = [this](int where) { return is_online(where) && !is_unclean(where); };
  const bool any_node = it.requirement >= Requires::fencing;
  int found = -1;
  for (const int n : it.running_on) {
    const bool better = found >= 0 && !any_node && is_sound(n) && !is_sound(found);
    if (found < 0 || better) {
      found = n;
    }
  }
  return found;
}

Role Plan::current_role_of(int index) const {
  Role highest = role(index);
  if (resource(index).variant != model::Variant::primitive) {
    highest = Role::stopped;
    for (const int child : resource(index).children) {
      highest = std::max(highest, current_role_of(child));
    }
  }
  return highest;
}

int Plan::location(int index, bool now) const {
  const model::Resource& it = resource(index);
  if (it.variant == model::Variant::primitive) {
    if (now) {
      return it.running_on.empty() ? -1 : current(index);
    }
    return home(index);
  }
  int found = -1;
  for (const int child : it.children) {
    const int where = location(child, now);
    if (where >= 0 && found >= 0 && where != found) {
      return -1;
    }
    found = where >= 0 ? where : found;
  }
  return found;
}

bool Plan::is_guest(int where) const {
  return scheduler::is_guest(state, where);
}

void Plan::judge_runnable(int index) {
  Action& action = table[index];
  if (action.pseudo) {
    return;
  }
  if (action.node < 0) {
    action.runnable = false;
    return;
  }
  const model::NodeState& where = node(action.node);
  const model::Resource& it = resource(action.resource);
  if (!action.on_dc && !is_online(action.node) &&
      (!is_guest(action.node) || requires_reset[at(action.node)] != 0)) {
    action.runnable = false;
    if (managed(action.resource) && action.task == task::kStop && !is_unclean(action.node)) {
      demand_fencing(action.node, "stop is unrunnable");
    }
  } else if (!action.on_dc && where.pending) {
    action.runnable = false;
  } else if (action.needs == Requires::nothing) {
    action.reason.clear();
    action.runnable = !is_guest(action.node) || can_fence(action.node);
  } else {
    QuorumPolicy policy = state.options.quorum_policy;
    if (state.options.have_quorum) {
      policy = QuorumPolicy::ignore;
    } else if (policy == QuorumPolicy::demote) {
      policy = it.role >= Role::unpromoted ? QuorumPolicy::ignore : QuorumPolicy::stop;
    }
    if (policy == QuorumPolicy::stop) {
      action.runnable = false;
      explain(index, "no quorum", true);
    } else if (policy == QuorumPolicy::freeze &&
               (it.running_on.empty() || next_role(action.resource) > it.role)) {
      action.runnable = false;
      explain(index, "quorum freeze", true);
    } else if (policy != QuorumPolicy::freeze) {
      action.runnable = true;
    }
  }
}

int Plan::want(int index, std::string_view name, int where, bool optional, Duration interval) {
  int found = table.existing(index, name, interval, where);
  if (found < 0) {
    Action action;
    action.name = name;
    action.task = name;
    action.resource = index;
    action.node = where;
    action.interval = interval;
    action.optional = optional;
    action.on_dc = name == task::kForgetHistory;
    action.needs = needs_of(resource(index), name);
    found = table.add(std::move(action));
  }
  Action& action = table[found];
  if (action.node < 0 && where >= 0) {
    action.node = where;
  }
  if (action.node >= 0 && !action.pseudo && !managed(index) && interval == Duration(0)) {
    action.optional = true;
  } else if (!optional) {
    action.optional = false;
  }
  judge_runnable(found);
  return found;
}

int Plan::pseudo(int index, std::string_view name, bool optional, bool runnable) {
  const int made = want(index, name, -1, optional);
  table[made].pseudo = true;
  table[made].runnable = table[made].runnable || runnable;
  return made;
}

int Plan::milestone(std::string_view name) {
  const int known = table.singleton(name);
  if (known >= 0) {
    return known;
  }
  Action action;
  action.name = table.keep(std::string(name));
  action.task = action.name;
  action.pseudo = true;
  return table.add(std::move(action));
}

int Plan::cancel(int index, std::string_view name, Duration interval, int where) {
  const int made = want(index, name, where, false, interval);
  table[made].task = task::kCancel;
  return made;
}

bool Plan::must_unfence_again(int where) const {
  return state.options.have_unfencing &&
         std::any_of(state.resources.begin(), state.resources.end(), [&](const auto& resource) {
           return resource.provides_unfencing && unfenced_otherwise(state, resource, where);
         });
}

bool Plan::can_fence(int where) const {
  return scheduler::can_fence(state, where, [this](int other) { return is_online(other); });
}

int Plan::fence(int where, const std::string& how, bool optional, const std::string& reason) {
  const std::string op = how.empty() ? state.options.fencing_action : how;
  const std::string name = "stonith-" + node(where).name + "-" + op;
  int made = table.singleton(name);
  if (made < 0) {
    Action action;
    action.name = table.keep(name);
    action.task = task::kFence;
    action.node = where;
    action.meta = {
        {"on_node", node(where).name}, {"on_node_uuid", node(where).id}, {"stonith_action", op}};
    made = table.add(std::move(action));
    optional = optional && !must_unfence_again(where);
  }
  if (!optional && (is_guest(where) || can_fence(where))) {
    table[made].optional = false;
  }
  explain(made, reason);
  return made;
}

void Plan::demand_fencing(int where, const std::string& reason) {
  if (is_guest(where)) {
    requires_reset[at(where)] = 1;
    return;
  }
  if (is_remote(where)) {
    requires_reset[at(where)] = 1;
  }
  nodes[at(where)].unclean = true;
  fence(where, "", true, reason);
}

void Plan::explain(int index, const std::string& reason, bool overwrite) {
  Action& action = table[index];
  if (!reason.empty() && (overwrite || action.reason.empty())) {
    action.reason = reason;
  }
}

std::size_t Plan::slot_of(int resource) const {
  return resource < 0 ? changes_.size() - 1 : at(outermost_[at(resource)]);
}

bool Plan::set(int action, bool Action::*flag, bool value) {
  Action& it = table[action];
  if (it.*flag == value) {
    return false;
  }
  it.*flag = value;
  ++changes_[slot_of(it.resource)];
  return true;
}

void Plan::leave_out(int index) {
  const model::Resource& it = resource(index);
  for (const int child : it.children) {
    leave_out(child);
  }
  placement.node[at(index)] = -1;
  placement.role[at(index)] = Role::stopped;
  ++changes_[slot_of(index)];
  if (!it.children.empty()) {
    return;  // its own actions follow from theirs
  }
  for (const int each : table.of(index)) {
    const Action& action = table[each];
    if (action.task == task::kStop) {
      set(each, &Action::optional, false);
    } else if (action.task == task::kStart ||
               (action.interval > Duration(0) && action.expected_rc != 7)) {
      set(each, &Action::runnable, false);
    }
  }
}

}  // namespace mainstay::scheduler
