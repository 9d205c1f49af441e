// SPDX-License-Identifier: Apache-2.0
// What every resource means for itself: stop before start, start before promote; members of a group
// one after the other and back; a collective's pseudo-actions around those of its members.
#include <algorithm>

#include "core/scheduler/act/plan.h"
#include "core/scheduler/place/colocation.h"

namespace mainstay::scheduler {
namespace {

using model::Role;
using model::Variant;

class InternalOrderings {
 public:
  explicit InternalOrderings(Plan& plan) : plan_(plan) {}

  void add(int index) {
    switch (plan_.resource(index).variant) {
      case Variant::primitive:
        add_primitive(index);
        break;
      case Variant::group:
        add_group(index);
        break;
      case Variant::clone:
        add_clone(index);
        break;
      case Variant::bundle:
        add_bundle(index);
        break;
    }
  }

 private:
  void add_primitive(int index) {
    const model::Resource& resource = plan_.resource(index);
    // As configured: what placement leaves alone (for want of a fencing device) is ordered as well.
    if (!resource.managed || resource.blocked) {
      return;
    }
    plan_.order(index, task::kStop, index, task::kStart, kOrdered | kFirstRequiresThen | kRestart);
    if (plan_.is_promotable(index) || resource.role > Role::unpromoted) {
      plan_.order(index, task::kDemote, index, task::kStop, kPromotedRequiresFirst);
      plan_.order(index, task::kStart, index, task::kPromote, kFirstBlocksThen);
    }
    plan_.order(index, task::kForgetHistory, index, task::kMonitor,
                kOnSameNode | kThenCancelsFirst);
    if (resource.requirement == model::Requires::unfencing && plan_.state.options.have_unfencing &&
        resource.agent.standard != "stonith") {
      order_around_unfencing(index);
    }
    if (!resource.utilization.empty() && plan_.state.options.placement_strategy != "default") {
      order_around_load(index);
    }
    if (resource.container_index >= 0) {
      add_contained(index, resource.container_index);
    }
  }

  void order_around_unfencing(int index) {
    for (int node = 0; node < plan_.node_count(); ++node) {
      if (!is_allowed(index, node)) {
        continue;
      }
      const int unfence = plan_.fence(node, "on", true, "");
      plan_.order({-1, index, task::kStop}, {unfence, -1, {}}, kOrdered | kOnSameNode);
      plan_.order({unfence, -1, {}}, {-1, index, task::kStart},
                  kFirstRequiresThenOnNode | kOnSameNode);
    }
  }

  bool is_allowed(int index, int node) const {
    const auto& allowed = plan_.placement.eligible[static_cast<std::size_t>(index)];
    return allowed.empty() || allowed[static_cast<std::size_t>(node)] != 0;
  }

  int load_stopped(int node) {
    const int made = plan_.milestone("load_stopped_" + plan_.node(node).name);
    plan_.table[made].node = node;
    plan_.table[made].optional = false;
    return made;
  }

  /// What leaves a node goes before what needs the room there.
  void order_around_load(int index) {
    for (const int node : plan_.resource(index).running_on) {
      plan_.order({-1, index, task::kStop}, {load_stopped(node), -1, {}}, kOnSameNodeOrTarget);
    }
    for (int node = 0; node < plan_.node_count(); ++node) {
      if (is_allowed(index, node)) {
        const int room = load_stopped(node);
        plan_.order({room, -1, {}}, {-1, index, task::kStart}, kOnSameNodeOrTarget);
        plan_.order({room, -1, {}}, {-1, index, task::kMigrateTo}, kOnSameNodeOrTarget);
      }
    }
  }

  void add_contained(int index, int container) {
    if (plan_.resource(index).is_remote) {
      plan_.order(container, task::kMonitor, index, task::kStop, kOrdered);
    }
    if (!is_inside_guest(plan_.state, index)) {
      plan_.order(container, task::kStart, index, task::kStart,
                  kFirstRequiresThen | kFirstBlocksThen);
      plan_.order(index, task::kStop, container, task::kStop, kThenRequiresFirst);
    }
  }

  void around(int index) {
    plan_.order(index, task::kStopped, index, task::kStart, kOrdered);
    plan_.order(index, task::kStart, index, task::kRunning, kFirstBlocksThen);
    plan_.order(index, task::kStop, index, task::kStopped, kFirstBlocksThen);
  }

  void add_group(int index) {
    around(index);
    const std::vector<int> members = plan_.resource(index).children;
    int previous = -1;
    int last_active = -1;
    for (const int member : members) {
      add(member);
      add_member(index, member, previous, last_active);
      if (plan_.is_active(member)) {
        last_active = member;
      }
      previous = member;
    }
  }

  void add_member(int group, int member, int previous, int last_active) {
    const bool ordered = plan_.resource(group).ordered;
    const bool first = previous < 0;
    const Effects down = first && ordered ? kThenBringsFirst | kOrdered : Effects{kThenBringsFirst};
    const Effects downed = first && ordered ? kFirstRequiresThen : kFirstBringsThen;
    constexpr Effects kUp = kFirstBlocksThen | kFirstRequiresThen;
    const bool promotable = plan_.is_promotable(group);
    if (promotable) {
      plan_.order(group, task::kDemote, member, task::kDemote, down);
      plan_.order(member, task::kDemote, group, task::kDemoted, downed);
      plan_.order(member, task::kPromote, group, task::kPromoted, kUp | kFirstBringsThen);
      plan_.order(group, task::kPromote, member, task::kPromote, kThenBringsFirst);
    }
    plan_.order(group, task::kStop, member, task::kStop, down);
    plan_.order(member, task::kStop, group, task::kStopped, downed);
    plan_.order(group, task::kStart, member, task::kStart, kThenBringsFirst);
    plan_.order(member, task::kStart, group, task::kRunning, kUp | kFirstBringsThen);
    if (!ordered) {
      plan_.order(group, task::kStart, member, task::kStart, kUp | kThenBringsFirst);
      if (promotable) {
        plan_.order(group, task::kPromote, member, task::kPromote, kUp | kThenBringsFirst);
      }
    } else if (!first) {
      plan_.order(previous, task::kStart, member, task::kStart, kUp);
      plan_.order(member, task::kStop, previous, task::kStop, kOrdered | kRestart);
      order_new_member(plan_, member, previous);
      if (promotable) {
        plan_.order(previous, task::kPromote, member, task::kPromote, kUp);
        plan_.order(member, task::kDemote, previous, task::kDemote, kOrdered);
      }
      if (plan_.is_active(member) && !plan_.is_active(previous) && last_active >= 0) {
        plan_.order(member, task::kStop, last_active, task::kStop, kOrdered);
      }
    }
  }

  void add_clone(int index) {
    const model::Resource& clone = plan_.resource(index);
    around(index);
    if (clone.promotable) {
      plan_.order(index, task::kDemoted, index, task::kStop, kOrdered);
      plan_.order(index, task::kRunning, index, task::kPromote, kFirstBlocksThen);
    }
    const std::vector<int> instances = clone.children;
    for (std::size_t i = 0; i < instances.size(); ++i) {
      const int instance = instances[i];
      add(instance);
      plan_.order(index, task::kStart, instance, task::kStart, kFirstBlocksThen | kThenBringsFirst);
      plan_.order(instance, task::kStart, index, task::kRunning, kFirstBringsThen);
      plan_.order(index, task::kStop, instance, task::kStop, kThenBringsFirst);
      plan_.order(instance, task::kStop, index, task::kStopped, kFirstBringsThen);
      if (clone.ordered) {
        order_instance(plan_, instances, i);
      }
    }
    if (clone.promotable) {
      add_promotable(index);
    }
  }

  /// Everything goes down before anything comes up, and is up before it is promoted.
  void restart_in_order(int index) {
    for (const auto before : {task::kStopped, task::kDemoted}) {
      plan_.order(index, before, index, task::kStart, kOrdered);
      plan_.order(index, before, index, task::kPromote, kOrdered);
    }
    plan_.order(index, task::kDemoted, index, task::kStop, kOrdered);
    plan_.order(index, task::kRunning, index, task::kPromote, kOrdered);
    plan_.order(index, task::kDemote, index, task::kDemoted, kOrdered);
    plan_.order(index, task::kPromote, index, task::kPromoted, kFirstBlocksThen);
  }

  void add_promotable(int index) {
    const model::Resource& clone = plan_.resource(index);
    restart_in_order(index);
    int previous = -1;
    for (const int instance : clone.children) {
      plan_.order(index, task::kPromote, instance, task::kPromote, kThenBringsFirst);
      plan_.order(instance, task::kPromote, index, task::kPromoted, kFirstBringsThen);
      plan_.order(index, task::kDemote, instance, task::kDemote, kThenBringsFirst);
      plan_.order(instance, task::kDemote, index, task::kDemoted, kFirstBringsThen);
      if (clone.ordered && previous >= 0) {
        plan_.order(previous, task::kPromote, instance, task::kPromote, kOrdered);
        plan_.order(instance, task::kDemote, previous, task::kDemote, kOrdered);
      }
      previous = instance;
    }
  }

  void add_bundle(int index);
  void add_replica(int index, const model::BundleReplica& replica);

  Plan& plan_;
};

/// Start and stop of a bundle itself are bound to its parts' alone.
void InternalOrderings::add_bundle(int index) {
  const model::Resource& bundle = plan_.resource(index);
  const int inner = bundle.bundled;
  if (inner >= 0) {
    plan_.order(index, task::kStart, inner, task::kStart, kThenBringsFirst);
    plan_.order(index, task::kStop, inner, task::kStop, kThenBringsFirst);
    plan_.order(inner, task::kRunning, index, task::kRunning, kFirstBringsThen);
    plan_.order(inner, task::kStopped, index, task::kStopped, kFirstBringsThen);
  }
  for (const model::BundleReplica& replica : bundle.replicas) {
    add_replica(index, replica);
  }
  if (inner < 0) {
    return;
  }
  add(inner);
  if (plan_.resource(inner).promotable) {
    restart_in_order(index);
    plan_.order(index, task::kPromote, inner, task::kPromote, kThenBringsFirst);
    plan_.order(inner, task::kPromoted, index, task::kPromoted, kFirstBringsThen);
    plan_.order(index, task::kDemote, inner, task::kDemote, kThenBringsFirst);
    plan_.order(inner, task::kDemoted, index, task::kDemoted, kFirstBringsThen);
  }
}

void InternalOrderings::add_replica(int index, const model::BundleReplica& replica) {
  const int container = replica.container;
  add(container);
  plan_.order(index, task::kStart, container, task::kStart, kFirstBlocksThen | kThenBringsFirst);
  if (replica.child >= 0) {
    plan_.order(index, task::kStop, replica.child, task::kStop, kThenBringsFirst);
  }
  plan_.order(index, task::kStop, container, task::kStop, kThenBringsFirst);
  plan_.order(container, task::kStart, index, task::kRunning, kFirstBringsThen);
  plan_.order(container, task::kStop, index, task::kStopped, kFirstBringsThen);
  if (replica.ip >= 0) {
    add(replica.ip);
    plan_.order(replica.ip, task::kStart, container, task::kStart,
                kFirstBlocksThen | kGuestAllowed);
    plan_.order(container, task::kStop, replica.ip, task::kStop,
                kThenRequiresFirst | kGuestAllowed);
  }
  if (replica.remote >= 0) {
    add(replica.remote);
  }
}

}  // namespace

void add_internal_orderings(Plan& plan) {
  InternalOrderings internal(plan);
  for (const int index : plan.state.top_level) {
    internal.add(index);
  }
}

}  // namespace mainstay::scheduler
