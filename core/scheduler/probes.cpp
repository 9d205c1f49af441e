// SPDX-License-Identifier: Apache-2.0
// Probes: once per resource and node where its state is not known; one instance speaks for all of
// an anonymous clone. Nothing starts before its probes are done; what a probe may find running
// after all is not stopped for something that the probe would make unnecessary.
#include <algorithm>

#include "core/scheduler/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

constexpr int kNotRunning = 7;
constexpr int kRunningPromoted = 8;

class Probes {
 public:
  explicit Probes(Plan& plan) : plan_(plan), discovery_(plan.state.resources.size()) {
    for (const auto& location : plan.state.locations) {
      if (location.resource < 0 || location.discovery == "always") {
        continue;
      }
      for (const auto& [node, score] : location.nodes) {
        note(location.resource, node, location.discovery == "exclusive" ? 'e' : 'n');
      }
    }
  }

  void add() {
    for (int node = 0; node < plan_.node_count(); ++node) {
      const model::NodeState& where = plan_.node(node);
      if (!plan_.is_online(node)) {
        if (plan_.is_remote(node) && !plan_.is_guest(node) && where.remote_resource >= 0 &&
            plan_.resource(where.remote_resource).failed && is_lost(node)) {
          plan_.demand_fencing(node, "the connection is unrecoverable");
        }
        continue;
      }
      if (plan_.is_unclean(node) || !where.rsc_discovery || asks_for_reprobe(node)) {
        continue;
      }
      for (const int index : plan_.placement.top_level) {
        probe(index, node);
      }
    }
  }

 private:
  /// A connection that failed and comes back nowhere.
  bool is_lost(int node) const {
    const int connection = plan_.node(node).remote_resource;
    return connection >= 0 && plan_.home(connection) < 0;
  }

  void note(int index, int node, char mode) {
    auto& modes = discovery_[at(index)];
    if (modes.empty()) {
      modes.assign(plan_.state.nodes.size(), 0);
    }
    modes[at(node)] = mode;
    for (const int child : plan_.resource(index).children) {
      note(child, node, mode);
    }
  }

  char mode_of(int index, int node) const {
    const auto& modes = discovery_[at(index)];
    return modes.empty() ? '\0' : modes[at(node)];
  }

  bool asks_for_reprobe(int node) {
    const auto& attributes = plan_.node(node).attributes;
    const auto it = attributes.find("probe_complete");
    if (it == attributes.end() || it->second == "true" || it->second == "1") {
      return false;
    }
    return false;
  }

  bool is_exclusive(int index) const {
    return plan_.resource(index).exclusive_discovery ||
           plan_.resource(plan_.top(index)).exclusive_discovery;
  }

  bool probe(int index, int node) {
    const model::Resource& resource = plan_.resource(index);
    switch (resource.variant) {
      case Variant::primitive:
        return probe_primitive(index, node);
      case Variant::clone:
        return probe_clone(index, node);
      case Variant::bundle:
        return probe_bundle(index, node);
      case Variant::group:
        break;
    }
    bool any = false;
    for (const int child : resource.children) {
      any = probe(child, node) || any;
    }
    return any;
  }

  bool probe_clone(int index, int node) {
    const model::Resource& clone = plan_.resource(index);
    if (clone.exclusive_discovery && mode_of(index, node) != 'e') {
      auto& excluded = plan_.excluded[at(index)];
      excluded.resize(plan_.state.nodes.size(), 0);
      excluded[at(node)] = 1;
      return false;
    }
    if (clone.unique) {
      bool any = false;
      for (const int child : clone.children) {
        any = probe(child, node) || any;
      }
      return any;
    }
    for (const int child : clone.children) {
      if (is_known(child, node)) {
        return probe(child, node);
      }
    }
    for (const int child : clone.children) {
      if (plan_.location(child, false) == node) {
        return probe(child, node);
      }
    }
    return !clone.children.empty() && probe(clone.children.front(), node);
  }

  bool is_known(int index, int node) const {
    const auto& known = plan_.resource(index).known_on;
    return at(node) < known.size() && known[at(node)] != 0;
  }

  bool probe_bundle(int index, int node);

  /// Why a guest's resources need no probe: with its container stopped there is nothing to find.
  bool waits_for_guest(int index, int node) {
    if (!plan_.is_guest(node)) {
      return false;
    }
    const int container = plan_.resource(plan_.node(node).remote_resource).container_index;
    const int top = plan_.top(index);
    if (plan_.role(container) == Role::stopped) {
      if (plan_.home(container) >= 0) {
        order_probe_then_start(container, top);
      }
      return true;
    }
    const bool moves = plan_.current(container) >= 0 && plan_.home(container) >= 0 &&
                       plan_.current(container) != plan_.home(container);
    if (plan_.next_role(container) <= Role::stopped || moves) {
      plan_.order(container, task::kStop, top, task::kStart, kOrdered);
      return true;
    }
    return false;
  }

  void order_probe_then_start(int container, int top) {
    const int probed =
        plan_.table.existing(container, task::kMonitor, Duration(0), plan_.home(container));
    if (probed >= 0 && is_known(container, plan_.home(container)) == false) {
      plan_.order({probed, -1, {}}, {-1, top, task::kStart}, kOrdered);
    }
  }

  bool probe_primitive(int index, int node) {
    const model::Resource& resource = plan_.resource(index);
    if (!plan_.state.options.startup_probes) {
      return false;
    }
    if (plan_.is_remote(node) || plan_.is_guest(node)) {
      if (resource.agent.standard == "stonith" || resource.is_remote ||
          (plan_.is_guest(node) && holds_guest(index))) {
        return false;
      }
    }
    const bool contained = resource.container_index >= 0 && !resource.is_remote;
    if (contained || resource.removed || is_known(index, node)) {
      return false;
    }
    const char mode = mode_of(index, node);
    if ((is_exclusive(index) && mode != 'e') || mode == 'n') {
      return false;
    }
    if (waits_for_guest(index, node)) {
      return false;
    }
    add_probe(index, node);
    return true;
  }

  bool holds_guest(int index) const {
    return std::any_of(plan_.state.nodes.begin(), plan_.state.nodes.end(), [&](const auto& node) {
      return node.remote_resource >= 0 &&
             plan_.resource(node.remote_resource).container_index == index;
    });
  }

  void add_probe(int index, int node) {
    const int probe = plan_.want(index, task::kMonitor, node, false);
    plan_.table[probe].optional = false;
    order_after_unfencing(plan_, index, node, probe, kOrdered);
    const bool active = plan_.runs_on(index, node);
    plan_.table[probe].expected_rc = !active                               ? kNotRunning
                                     : plan_.role(index) == Role::promoted ? kRunningPromoted
                                                                           : 0;
    int top = plan_.top(index);
    if (plan_.resource(top).variant != Variant::clone) {
      top = index;
    }
    const bool blocks = !plan_.table[probe].runnable && !plan_.is_active(top);
    plan_.order({probe, -1, {}}, {-1, top, task::kStart},
                blocks ? kOrdered | kFirstBlocksThen : Effects{kOrdered});
    plan_.order({probe, -1, {}}, {-1, top, task::kReload}, kOrdered);
  }

  Plan& plan_;
  std::vector<std::vector<char>> discovery_;
};

bool Probes::probe_bundle(int index, int node) {
  const auto containers = instances_of(plan_, index);
  bool any = false;
  for (const int member : plan_.resource(index).children) {
    if (plan_.resource(member).variant != Variant::primitive) {
      continue;
    }
    const bool probed = probe(member, node);
    any = any || probed;
    const bool container =
        std::find(containers.begin(), containers.end(), member) != containers.end();
    if (probed && container) {
      for (const int other : containers) {
        if (other != member) {
          plan_.order(member, task::kMonitor, other, task::kStart, kOrdered | kOnSameNode);
        }
      }
    }
    const model::Resource& resource = plan_.resource(member);
    if (probed && resource.is_remote && resource.container_index >= 0) {
      const int made = plan_.table.existing(member, task::kMonitor, Duration(0), node);
      plan_.order({-1, resource.container_index, task::kStart}, {made, -1, {}}, kUnlessActive);
    }
  }
  return any;
}

/// "Probe, then whatever would be stopped because the probed resource starts": a probe that finds
/// it running makes those stops unnecessary.
class ProbeOrderings {
 public:
  explicit ProbeOrderings(Plan& plan) : plan_(plan) {}

  void add() {
    for (std::size_t i = 0; i < plan_.state.resources.size(); ++i) {
      for (const int probe : plan_.table.all(static_cast<int>(i), task::kMonitor)) {
        const std::vector<int> edges = plan_.table[probe].after;
        for (auto it = edges.rbegin(); it != edges.rend(); ++it) {
          hold_starts(probe, *it);
          ++round_;
          hold_restarts(probe, plan_.table.edge(*it).then);
        }
      }
    }
    before_stops();
  }

 private:
  /// Instances that do not run yet wait for a probe that cannot run; running ones are left alone.
  void hold_starts(int probe, int edge) {
    const Edge known = plan_.table.edge(edge);
    const Action& after = plan_.table[known.then];
    if (after.resource < 0 || plan_.table[probe].runnable || after.task != task::kStart ||
        has(known.effects, kFirstBlocksThen) ||
        plan_.resource(after.resource).variant < Variant::clone ||
        plan_.top(plan_.table[probe].resource) != after.resource) {
      return;
    }
    const std::vector<int> following = after.after;
    for (const int next : following) {
      const Action& then = plan_.table[plan_.table.edge(next).then];
      if (then.resource >= 0 && then.task == task::kStart && !plan_.is_active(then.resource) &&
          plan_.top(then.resource) == after.resource) {
        plan_.table.relate(probe, plan_.table.edge(next).then, kOrdered | kFirstBlocksThen);
      }
    }
  }

  void hold_restarts(int probe, int index) {
    seen_.resize(static_cast<std::size_t>(plan_.table.size()), 0);
    if (seen_[at(index)] == round_) {
      return;
    }
    seen_[at(index)] = round_;
    const int own = plan_.table[probe].resource;
    const int resource = plan_.table[index].resource;
    if (resource >= 0 && resource != own &&
        plan_.resource(resource).variant == Variant::primitive) {
      for (const int stop : plan_.table.all(resource, task::kStop)) {
        if (!plan_.table[stop].pseudo) {
          plan_.table.relate(probe, stop, kOrdered);
        }
      }
    }
    const bool collective = resource >= 0 && plan_.resource(resource).variant >= Variant::clone;
    const bool interleave = collective && plan_.resource(resource).interleave;
    const int partner =
        interleave ? matching_instance(plan_, own, resource, Role::unknown, false) : -1;
    const std::vector<int> edges = plan_.table[index].after;
    for (auto it = edges.rbegin(); it != edges.rend(); ++it) {
      const Edge known = plan_.table.edge(*it);
      if (!has(known.effects, kFirstRequiresThen)) {
        const int next = plan_.table[known.then].resource;
        if (resource < 0 || plan_.resource(resource).variant < Variant::group ||
            plan_.resource(own).parent == resource || next < 0 ||
            plan_.resource(next).variant > Variant::group ||
            plan_.resource(next).parent != resource || (interleave && partner != next)) {
          continue;
        }
      }
      hold_restarts(probe, known.then);
    }
  }

  /// What goes before a stop goes after the probes of the resource that is to be stopped.
  void before_stops() {
    for (const Ordering& ordering : plan_.orderings) {
      const int first = ordering.first.resource;
      const int then = ordering.then.resource;
      if (first < 0 || first == then || ordering.first.task != task::kStop) {
        continue;
      }
      if (then >= 0 && plan_.resource(first).container_index == then &&
          ordering.then.task == task::kStop) {
        continue;
      }
      const Effects placed = ordering.effects & (kIfRequiredOnSameNode | kOnSameNodeOrTarget);
      const Effects effects = placed == ordering.effects ? placed : kOrdered | placed;
      const std::vector<int> probes = plan_.table.all(first, task::kMonitor);
      if (probes.empty()) {
        continue;
      }
      const std::vector<int> thens = ordering.then.action >= 0
                                         ? std::vector<int>{ordering.then.action}
                                     : then >= 0 ? plan_.table.all(then, ordering.then.task)
                                                 : std::vector<int>{};
      for (const int probe : probes) {
        for (const int action : thens) {
          plan_.table.relate(probe, action, effects);
        }
      }
    }
  }

  Plan& plan_;
  std::vector<int> seen_;
  int round_ = 0;
};

}  // namespace

void add_probes(Plan& plan) {
  Probes(plan).add();
}

void add_probe_orderings(Plan& plan) {
  ProbeOrderings(plan).add();
}

}  // namespace mainstay::scheduler
