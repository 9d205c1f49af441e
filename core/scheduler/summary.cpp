// SPDX-License-Identifier: Apache-2.0
// The decisions as an administrator says them: one verb per resource, with where and why.
#include <algorithm>

#include "core/scheduler/actions.h"

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::Decision;
using model::Role;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Summariser {
 public:
  Summariser(const ClusterState& state, const Placement& placement, const ActionTable& table)
      : state_(state), placement_(placement), table_(table) {}

  std::vector<Decision> run() {
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
      const int fence = table_.find("stonith", -1, static_cast<int>(i));
      if (fence >= 0) {
        decisions_.push_back({state_.nodes[i].name, "Fence", state_.options.fencing_action,
                              table_[fence].reason, !table_[fence].runnable});
      } else if (table_.find("do_shutdown", -1, static_cast<int>(i)) >= 0) {
        decisions_.push_back({state_.nodes[i].name, "Shutdown", "", "", false});
      }
    }
    for (const int index : state_.top_level) {
      visit(index);
    }
    return std::move(decisions_);
  }

 private:
  void visit(int index) {
    const model::Resource& resource = state_.resources[at(index)];
    for (const int child : resource.children) {
      visit(child);
    }
    if (resource.variant == model::Variant::primitive && placement_.managed[at(index)] != 0) {
      decide(index, resource);
    }
  }

  const std::string& name(int node) const { return state_.nodes[at(node)].name; }

  void decide(int index, const model::Resource& resource) {
    const int node = placement_.node[at(index)];
    const int current = resource.running_on.empty() ? -1 : resource.running_on.front();
    const int start = node < 0 ? -1 : table_.find("start", index, node);
    const int stop = current < 0 ? -1 : table_.find("stop", index, current);
    const bool starts = start >= 0 && table_[start].required;
    const bool stops = stop >= 0 && table_[stop].required;
    const bool start_blocked = start >= 0 && !table_[start].runnable;
    if (current < 0) {
      if (starts) {
        add(resource, "Start", name(node), table_[start].reason, start_blocked);
      }
      return;
    }
    const int reload = node < 0 ? -1 : table_.find("reload-agent", index, node);
    if (!stops && reload >= 0 && table_[reload].required) {
      add(resource, "Reload", name(node), "", false);
      return;
    }
    if (!stops && (!starts || table_[start].again)) {
      return;
    }
    const bool stop_blocked = stops && !table_[stop].runnable;
    std::string reason = !stops ? table_[start].reason : table_[stop].reason;
    if (start_blocked && reason.empty()) {
      reason = table_[start].reason;
    }
    if (stop_blocked && reason.empty() && state_.nodes[at(current)].unclean) {
      reason = "node " + name(current) + " is unclean and cannot be fenced";
    }
    if (node < 0 || placement_.role[at(index)] <= Role::stopped || (start_blocked && stops)) {
      for (const int where : resource.running_on) {
        add(resource, "Stop", name(where),
            start_blocked && reason.empty() ? table_[start].reason : reason, stop_blocked);
      }
    } else if (node != current) {
      add(resource, resource.failed ? "Recover" : "Move", name(current) + " -> " + name(node),
          reason, stop_blocked);
    } else if (resource.failed) {
      add(resource, "Recover", name(node), reason, stop_blocked);
    } else if (stops) {
      add(resource, "Restart", name(node), starts ? table_[start].reason : reason, stop_blocked);
    } else {
      add(resource, "Start", name(node), reason, start_blocked);
    }
  }

  void add(const model::Resource& resource, const std::string& verb, const std::string& details,
           const std::string& reason, bool blocked) {
    decisions_.push_back({resource.id, verb, details, reason, blocked});
  }

  const ClusterState& state_;
  const Placement& placement_;
  const ActionTable& table_;
  std::vector<Decision> decisions_;
};

}  // namespace

std::vector<Decision> summarise(const ClusterState& state, const Placement& placement,
                                const ActionTable& table) {
  return Summariser(state, placement, table).run();
}

}  // namespace mainstay::scheduler
