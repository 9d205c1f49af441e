// SPDX-License-Identifier: Apache-2.0
// Probes: once per resource and node where its state is not known; one instance speaks for all of
// an anonymous clone. Nothing starts before its probes are done; what a probe may find running
// after all is not stopped for something that the probe would make unnecessary.
#include <algorithm>

#include "core/scheduler/act/plan.h"
#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

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
    // What runs in a replica is looked for there, and nowhere else.
    for (const model::Resource& resource : plan.state.resources) {
      for (const model::BundleReplica& replica : resource.replicas) {
        if (replica.child >= 0) {
          note(replica.child, replica.node, 'e');
        }
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
      if (plan_.is_unclean(node) || !where.rsc_discovery || is_being_probed(node)) {
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
    // A bundle's locations are about its containers, not about what runs in them.
    if (plan_.resource(index).variant != Variant::bundle) {
      for (const int child : plan_.resource(index).children) {
        note(child, node, mode);
      }
    }
    for (const model::BundleReplica& replica : plan_.resource(index).replicas) {
      note(replica.container, node, mode);
      if (replica.ip >= 0) {
        note(replica.ip, node, mode);
      }
    }
  }

  char mode_of(int index, int node) const {
    const auto& modes = discovery_[at(index)];
    return modes.empty() ? '\0' : modes[at(node)];
  }

  /// Controllers of old probed all at once, and said so.
  bool is_being_probed(int node) const {
    const auto& attributes = plan_.node(node).attributes;
    const auto done = attributes.find("probe_complete");
    return done != attributes.end() && !is_true(done->second);
  }

  bool is_exclusive(int index) const {
    const auto is_named = [&](int which) {
      const auto& modes = discovery_[at(which)];
      return plan_.resource(which).exclusive_discovery ||
             std::find(modes.begin(), modes.end(), 'e') != modes.end();
    };
    return is_named(index) || is_named(plan_.top(index));
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

  /// A guest's resources need no probe while its container is stopped, or is about to be: then
  /// there is nothing to find. What is started must only wait until that is certain.
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
    if (will_stop(container) || plan_.requires_reset[at(node)] != 0 || plan_.is_unclean(node)) {
      plan_.order(container, task::kStop, top, task::kStart, kOrdered);
      return true;
    }
    return false;
  }

  /// As far as that can be told before actions are known.
  bool will_stop(int container) const {
    const int home = plan_.home(container);
    return plan_.resource(container).failed || plan_.next_role(container) <= Role::stopped ||
           (home >= 0 && !plan_.runs_on(container, home));
  }

  void order_probe_then_start(int container, int top) {
    if (!is_known(container, plan_.home(container))) {
      plan_.order(container, task::kMonitor, top, task::kStart, kOrdered);
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
    if (plan_.node(node).of_bundle && !is_inside_bundle(index)) {
      return false;
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

  bool is_inside_bundle(int index) const {
    return plan_.is_bundled(index) && plan_.resource(plan_.top(index)).variant == Variant::clone;
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
  bool any = false;
  const auto& replicas = plan_.resource(index).replicas;
  for (const model::BundleReplica& replica : replicas) {
    any = (replica.ip >= 0 && probe(replica.ip, node)) || any;
    any = (replica.child >= 0 && replica.node == node && probe(replica.child, node)) || any;
    if (probe(replica.container, node)) {
      any = true;
      // With one replica per host a start waits until no other is known to run there.
      for (const model::BundleReplica& other : replicas) {
        if (other.container != replica.container && plan_.resource(index).clone_node_max == 1) {
          plan_.order(replica.container, task::kMonitor, other.container, task::kStart,
                      kOrdered | kOnSameNode);
        }
      }
    }
    if (replica.remote >= 0 && probe(replica.remote, node)) {
      // Where the connection is can be asked only once the container runs.
      const int made = plan_.table.existing(replica.remote, task::kMonitor, Duration(0), node);
      plan_.order({-1, replica.container, task::kStart}, {made, -1, {}}, kUnlessActive);
    }
  }
  return any;
}

}  // namespace

void add_probes(Plan& plan) {
  Probes(plan).add();
}

}  // namespace mainstay::scheduler
