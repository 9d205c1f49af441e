// SPDX-License-Identifier: Apache-2.0
// Fencing, unfencing and shutdown. What a fencing implies on its target becomes a pseudo-action
// after it; what needs fencing waits for it; the DC goes last. A guest is "fenced" by recovering
// its container. Whatever can be stopped on a node that shuts down is stopped before.
#include <algorithm>

#include "core/scheduler/act/notifications.h"
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {
namespace {

using model::Requires;

class NodeActions {
 public:
  explicit NodeActions(Plan& plan)
      : plan_(plan),
        any_managed_(std::any_of(plan.placement.managed.begin(), plan.placement.managed.end(),
                                 [](char managed) { return managed != 0; })) {}

  void add() {
    int dc = -1;
    for (int n = 0; n < plan_.node_count(); ++n) {
      const model::NodeState& node = plan_.node(n);
      if (plan_.is_guest(n)) {
        if (plan_.requires_reset[static_cast<std::size_t>(n)] != 0 && any_managed_ &&
            plan_.can_fence(n)) {
          fence_guest(n);
        }
      } else if (any_managed_ && plan_.is_unclean(n) && plan_.can_fence(n)) {
        const int fence = plan_.fence(n, "", false, "node is unclean");
        order_against_fencing(plan_, fence);
        if (node.is_dc) {
          dc = fence;
        } else {
          add_other(fence);
        }
      } else if (plan_.is_online(n) && node.shutdown && !plan_.is_remote(n)) {
        const int down = add_shutdown(n);
        if (node.is_dc) {
          dc = down;
        } else {
          shutdowns_.push_back(down);
        }
      }
    }
    if (dc >= 0) {
      finish_with(dc);
    }
  }

 private:
  void add_other(int fence) {
    if (!plan_.state.options.concurrent_fencing && !fencings_.empty()) {
      plan_.table.relate(fencings_.back(), fence, kOrdered);
    }
    fencings_.push_back(fence);
  }

  void finish_with(int dc) {
    if (plan_.table[dc].task == task::kShutdown) {
      for (const int down : shutdowns_) {
        plan_.table.relate(down, dc, kOrdered);
      }
    }
    if (plan_.state.options.concurrent_fencing) {
      for (const int fence : fencings_) {
        plan_.table.relate(fence, dc, kOrdered);
      }
    } else if (!fencings_.empty()) {
      plan_.table.relate(fencings_.back(), dc, kOrdered);
    }
  }

  int add_shutdown(int n) {
    Action action;
    action.name = plan_.table.keep("do_shutdown-" + plan_.node(n).name);
    action.task = task::kShutdown;
    action.node = n;
    action.optional = false;
    const int down = plan_.table.add(std::move(action));
    for (int i = 0; i < down; ++i) {
      Action& stop = plan_.table[i];
      if (stop.node != n || stop.task != task::kStop || plan_.node(n).maintenance) {
        continue;
      }
      const model::Resource& resource = plan_.resource(stop.resource);
      if (resource.maintenance || (!plan_.managed(stop.resource) && !resource.blocked)) {
        continue;
      }
      stop.optional = false;
      plan_.order({i, -1, {}}, {down, -1, {}}, kOrdered | kFirstBlocksThen);
    }
    return down;
  }

  void fence_guest(int n) {
    const int connection = plan_.node(n).remote_resource;
    const int container = plan_.resource(connection).container_index;
    const int stop = plan_.table.find(container, task::kStop);
    const bool starts = plan_.table.find(container, task::kStart) >= 0;
    const int fence = plan_.fence(n, starts ? "reboot" : "off", false, "guest is unclean");
    plan_.table[fence].pseudo = true;
    plan_.table[fence].runnable = true;
    if (stop >= 0) {
      const int cause =
          plan_.table[stop].pseudo ? plan_.fence(plan_.table[stop].node, "", false, "") : stop;
      plan_.table.relate(cause, fence, kFirstBlocksThen | kFirstRequiresThen);
    } else {
      const int down = plan_.table.find(connection, task::kStop);
      if (down >= 0) {
        plan_.table.relate(down, fence, kOrdered);
      }
    }
    order_against_fencing(plan_, fence);
  }

  Plan& plan_;
  bool any_managed_;
  std::vector<int> fencings_;
  std::vector<int> shutdowns_;
};

class AgainstFencing {
 public:
  AgainstFencing(Plan& plan, int fence)
      : plan_(plan), fence_(fence), target_(plan.table[fence].node) {}

  void order(int index) {
    const model::Resource& resource = plan_.resource(index);
    for (const model::BundleReplica& replica : resource.replicas) {
      for (const int part : {replica.container, replica.ip, replica.remote}) {
        if (part >= 0) {
          order(part);
        }
      }
    }
    if (!resource.children.empty()) {
      for (const int child : resource.children) {
        order(child);
      }
    } else if (resource.variant == model::Variant::primitive && plan_.managed(index)) {
      order_starts(index);
      order_stops(index);
    }
  }

 private:
  bool is_known_there(int index) const {
    const auto& known = plan_.resource(index).known_on;
    return at(target_) < known.size() && known[at(target_)] != 0;
  }

  /// Whether it may be active there for all that is known. What one instance of an anonymous clone
  /// told is known of all, but not of those in a group, which may have told only half.
  bool is_unknown_there(int index) const {
    const auto& allowed = plan_.placement.weights[at(index)].allowed;
    const int parent = plan_.resource(index).parent;
    const bool known = is_known_there(index) ||
                       (parent >= 0 && plan_.resource(parent).variant == model::Variant::clone &&
                        !plan_.resource(parent).unique && is_known_there(parent));
    return !known && (at(target_) >= allowed.size() || allowed[at(target_)] != 0);
  }

  void order_starts(int index) {
    for (const int each : plan_.table.of(index)) {
      const Action& action = plan_.table[each];
      if (action.needs >= Requires::fencing) {
        plan_.table.relate(fence_, each, kOrdered);
      } else if (action.needs == Requires::quorum && action.task == task::kStart &&
                 is_unknown_there(index)) {
        plan_.table.relate(fence_, each, kOrdered | kFirstBlocksThen);
      }
    }
  }

  void order_stops(int index) {
    const model::Resource& resource = plan_.resource(index);
    const bool waits = resource.requirement >= Requires::fencing || plan_.is_guest(target_);
    const int top = plan_.top(index);
    const bool bundled = plan_.is_bundled(index);
    for (const int stop : plan_.table.all(index, task::kStop, target_)) {
      plan_.table[stop].pseudo = true;
      plan_.table[stop].runnable = true;
      if (waits) {
        if (!bundled) {
          plan_.table.relate(fence_, stop, kGuestAllowed);
        }
        plan_.table.relate(fence_, plan_.table.find(top, task::kStop), kGuestAllowed);
      }
      if (resource.notify) {
        add_fencing_notices(plan_, index, fence_);
      }
    }
    const bool dead = !plan_.is_online(target_) || plan_.is_unclean(target_) || resource.failed;
    for (const int demote : plan_.table.all(index, task::kDemote, target_)) {
      if (dead) {
        plan_.table[demote].pseudo = true;
        plan_.table[demote].runnable = true;
        if (waits && !bundled) {
          plan_.table.relate(fence_, demote, kGuestAllowed | kOrdered);
        }
      }
    }
  }

  Plan& plan_;
  int fence_;
  int target_;
};

bool is_unfenced(const model::NodeState& node) {
  const auto it = node.attributes.find("#node-unfenced");
  return it != node.attributes.end() && it->second != "0";
}

}  // namespace

void add_node_actions(Plan& plan) {
  NodeActions(plan).add();
}

void add_maintenance_update(Plan& plan) {
  const auto& nodes = plan.state.nodes;
  if (std::any_of(nodes.begin(), nodes.end(), [](const model::NodeState& node) {
        return node.type == model::NodeType::remote && node.maintenance != node.remote_maintenance;
      })) {
    plan.table[plan.milestone("maintenance_nodes")].optional = false;
  }
}

void order_against_fencing(Plan& plan, int fence) {
  AgainstFencing against(plan, fence);
  for (const int index : plan.placement.top_level) {
    against.order(index);
  }
}

void require_unfencing(Plan& plan, int device, int node, const std::string& reason) {
  const bool is_device = device < 0 || plan.resource(device).agent.standard == "stonith";
  if (plan.state.options.have_unfencing && is_device && plan.is_online(node) &&
      !plan.is_unclean(node) && !plan.shuts_down(node)) {
    plan.fence(node, "on", false, reason);
  }
}

void order_after_unfencing(Plan& plan, int index, int node, int action, Effects effects) {
  const model::Resource& resource = plan.resource(index);
  const bool device = resource.agent.standard == "stonith" && plan.state.options.have_unfencing;
  if (node < 0 || (!device && resource.requirement != Requires::unfencing)) {
    return;
  }
  plan.table.relate(plan.fence(node, "on", true, ""), action, effects);
  if (!is_unfenced(plan.node(node))) {
    require_unfencing(plan, -1, node,
                      "required by " + resource.id + " " + std::string(plan.table[action].task));
  }
}

}  // namespace mainstay::scheduler
