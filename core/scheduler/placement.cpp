// SPDX-License-Identifier: Apache-2.0
// Placement: scores from locations, stickiness and fail counts, then resource by resource (priority
// first, what it is colocated with before it) the best node. Pacemaker Explained, "Resource
// Constraints" and "Resource Placement".
#include "core/scheduler/placement.h"

#include <algorithm>

#include "core/scheduler/colocation.h"

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::kInfinity;
using model::Role;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

constexpr char kAssigning = 1;
constexpr char kAssigned = 2;

class Placer {
 public:
  explicit Placer(const ClusterState& state)
      : state_(state), colocations_(link_resources(state)), load_(state.nodes.size(), 0) {
    const std::size_t count = state.resources.size();
    placement_.node.assign(count, -1);
    placement_.role.assign(count, Role::stopped);
    placement_.managed.assign(count, 1);
    placement_.weights.assign(
        count, Weights{std::vector<int>(state.nodes.size(), 0),
                       std::vector<char>(state.nodes.size(), state.options.symmetric ? 1 : 0)});
    done_.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      placement_.managed[i] = is_managed(state.resources[i]) ? 1 : 0;
    }
  }

  Placement run() {
    apply_locations();
    for (std::size_t i = 0; i < state_.resources.size(); ++i) {
      if (state_.resources[i].variant == model::Variant::primitive) {
        apply_stickiness(static_cast<int>(i));
        apply_fail_limits(static_cast<int>(i));
      }
    }
    for (const int index : state_.top_level) {
      assign(index);
    }
    return std::move(placement_);
  }

 private:
  bool is_managed(const model::Resource& resource) const {
    const auto& options = state_.options;
    const bool cannot_fence =
        options.fencing_enabled && !options.have_fencing_device && !options.have_watchdog;
    return resource.managed && !resource.blocked && !cannot_fence;
  }

  void add_score(int resource, int node, int score) {
    Weights& weights = placement_.weights[at(resource)];
    weights.allowed[at(node)] = 1;
    weights.score[at(node)] = model::add_scores(weights.score[at(node)], score);
  }

  void apply_locations() {
    apply_locations(state_.history_locations);
    apply_locations(state_.locations);
  }

  void apply_locations(const std::vector<model::LocationConstraint>& locations) {
    for (const model::LocationConstraint& location : locations) {
      if (location.resource < 0 || location.role == Role::promoted) {
        continue;
      }
      const model::Resource& resource = state_.resources[at(location.resource)];
      for (const auto& [node, score] : location.nodes) {
        add_score(location.resource, node, score);
        bool first = true;
        for (const int member : resource.children) {
          add_score(member, node, first || !resource.colocated ? score : 0);
          first = false;
        }
      }
    }
  }

  void apply_stickiness(int index) {
    const model::Resource& resource = state_.resources[at(index)];
    if (placement_.managed[at(index)] == 0 || resource.stickiness <= 0 ||
        resource.running_on.size() != 1) {
      return;
    }
    const int node = resource.running_on.front();
    if (state_.options.symmetric || placement_.weights[at(index)].allowed[at(node)] != 0) {
      add_score(index, node, resource.stickiness);
    }
  }

  bool failures_are_cleared(int index, int node) const {
    return std::any_of(state_.demands.begin(), state_.demands.end(),
                       [&](const model::HistoryDemand& demand) {
                         return demand.kind == model::HistoryDemand::Kind::clear_failcount &&
                                demand.resource == index && demand.node == node;
                       });
  }

  void apply_fail_limits(int index) {
    const model::Resource& resource = state_.resources[at(index)];
    if (resource.migration_threshold <= 0) {
      return;
    }
    const std::string prefix = resource.base.empty() ? resource.id + "#" : resource.base + "#";
    for (std::size_t node = 0; node < state_.nodes.size(); ++node) {
      int count = 0;
      const auto& counts = state_.nodes[node].fail_counts;
      for (auto it = counts.lower_bound(prefix);
           it != counts.end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it) {
        count = model::add_scores(count, it->second);
      }
      if (count >= resource.migration_threshold &&
          !failures_are_cleared(index, static_cast<int>(node))) {
        add_score(index, static_cast<int>(node), -kInfinity);
      }
    }
  }

  void assign(int index) {
    if (index < 0 || done_[at(index)] != 0) {
      return;
    }
    done_[at(index)] = kAssigning;
    const model::Resource& resource = state_.resources[at(index)];
    if (resource.variant == model::Variant::group) {
      for (const int member : resource.children) {
        assign(member);
      }
      summarise_group(index);
    } else if (resource.variant == model::Variant::primitive) {
      feel_colocations(index, true);
      feel_colocations(index, false);
      choose(index);
    }
    done_[at(index)] = kAssigned;
  }

  void summarise_group(int index) {
    for (const int member : state_.resources[at(index)].children) {
      if (placement_.node[at(member)] >= 0) {
        placement_.node[at(index)] = placement_.node[at(member)];
        placement_.role[at(index)] = Role::started;
      }
    }
  }

  void feel_colocations(int index, bool mandatory) {
    Weights& weights = placement_.weights[at(index)];
    for (const int number : colocations_.with_others[at(index)]) {
      const ColocationLink& link = colocations_.links[at(number)];
      if (link.mandatory() == mandatory) {
        assign(link.primary);
        if (done_[at(link.primary)] != kAssigned) {
          continue;  // a loop of colocations: whoever is being placed decides without the other
        }
        follow_primary(state_, link, placement_.node[at(link.primary)], weights);
      }
    }
    const bool active = !state_.resources[at(index)].running_on.empty();
    for (const int number : colocations_.with_this[at(index)]) {
      const ColocationLink& link = colocations_.links[at(number)];
      if (link.mandatory() == mandatory && (link.influence || !active)) {
        pull(state_, colocations_, placement_.weights, link, weights);
      }
    }
  }

  Role wanted_role(const model::Resource& resource) const {
    Role wanted = resource.next_role == Role::unknown ? Role::started : resource.next_role;
    const bool frozen =
        !state_.options.have_quorum && state_.options.quorum_policy == model::QuorumPolicy::freeze;
    if (frozen && resource.next_role != Role::unknown && wanted > resource.role) {
      wanted = std::max(resource.role, Role::stopped);
    }
    return wanted;
  }

  void choose(int index) {
    const model::Resource& resource = state_.resources[at(index)];
    if (placement_.managed[at(index)] == 0) {
      placement_.node[at(index)] = resource.running_on.empty() ? -1 : resource.running_on.front();
      placement_.role[at(index)] = std::max(resource.role, Role::stopped);
      if (placement_.node[at(index)] >= 0) {
        ++load_[at(placement_.node[at(index)])];
      }
      return;
    }
    const Role wanted = wanted_role(resource);
    const bool removed = resource.removed && state_.options.stop_removed_resources;
    if (wanted <= Role::stopped || state_.options.stop_all_resources || removed) {
      return;
    }
    const int node = best_node(resource, placement_.weights[at(index)]);
    if (node >= 0) {
      placement_.node[at(index)] = node;
      placement_.role[at(index)] = wanted;
      ++load_[at(node)];
    }
  }

  int best_node(const model::Resource& resource, const Weights& weights) const {
    const int current = resource.running_on.empty() ? -1 : resource.running_on.front();
    int best = -1;
    for (std::size_t i = 0; i < state_.nodes.size(); ++i) {
      const int node = static_cast<int>(i);
      if (weights.allowed[i] == 0 || weights.score[i] < 0 || !is_available(state_.nodes[i])) {
        continue;
      }
      if (best < 0 || better(node, best, current, weights)) {
        best = node;
      }
    }
    return best;
  }

  /// Higher score; then, if that is above 0, where it runs; then the node given less so far; then
  /// where it runs; then the name.
  bool better(int a, int b, int current, const Weights& weights) const {
    const int score_a = weights.score[at(a)];
    const int score_b = weights.score[at(b)];
    if (score_a != score_b) {
      return score_a > score_b;
    }
    if (score_a > 0 && (a == current || b == current)) {
      return a == current;
    }
    if (load_[at(a)] != load_[at(b)] && state_.options.placement_strategy != "minimal") {
      return load_[at(a)] < load_[at(b)];
    }
    if (a == current || b == current) {
      return a == current;
    }
    return state_.nodes[at(a)].name < state_.nodes[at(b)].name;
  }

  const ClusterState& state_;
  Colocations colocations_;
  Placement placement_;
  std::vector<char> done_;
  std::vector<int> load_;
};

}  // namespace

bool is_available(const model::NodeState& node) {
  return node.online && !node.unclean && !node.shutdown && !node.standby && !node.standby_on_fail &&
         !node.maintenance && !node.pending;
}

Placement place(const ClusterState& state) {
  return Placer(state).run();
}

}  // namespace mainstay::scheduler
