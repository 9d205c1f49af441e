// SPDX-License-Identifier: Apache-2.0
// Which node is better: the one with the higher score; then (balanced) with more free capacity;
// then with fewer resources; then the one where it runs; then by name. Pacemaker Explained,
// "Placement Strategy".
#include <algorithm>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
int compare_capacities(const Placement& placement, int a, int b) {
  const auto& left = placement.free_capacity[at(a)];
  const auto& right = placement.free_capacity[at(b)];
  int result = 0;
  const auto compare = [&](int x, int y) { result += x > y ? -1 : (x < y ? 1 : 0); };
  for (const auto& [name, value] : left) {
    const auto other = right.find(name);
    compare(value, other == right.end() ? 0 : other->second);
  }
  for (const auto& [name, value] : right) {
    if (!left.contains(name)) {
      compare(0, value);
    }
  }
  return result;
}

std::vector<int> sorted_nodes(const model::ClusterState& state, const Placement& placement,
                              const Weights& weights, int current) {
  std::vector<int> nodes;
  for (std::size_t node = 0; node < state.nodes.size(); ++node) {
    if (weights.allowed[node] != 0) {
      nodes.push_back(static_cast<int>(node));
    }
  }
  const std::string& strategy = state.options.placement_strategy;
  const bool balanced = strategy == "balanced";
  const bool minimal = strategy == "minimal";
  const auto score = [&](int node) {
    return placement.available[at(node)] != 0 ? weights.score[at(node)] : -model::kInfinity;
  };
  const auto before = [&](int a, int b) {
    if (score(a) != score(b)) {
      return score(a) > score(b);
    }
    if (!minimal) {
      const int capacity = balanced ? compare_capacities(placement, a, b) : 0;
      if (capacity != 0) {
        return capacity < 0;
      }
      if (placement.load[at(a)] != placement.load[at(b)]) {
        return placement.load[at(a)] < placement.load[at(b)];
      }
      if (a != b && (a == current || b == current)) {
        return a == current;
      }
    }
    return state.nodes[at(a)].name < state.nodes[at(b)].name;
  };
  std::stable_sort(nodes.begin(), nodes.end(), before);
  return nodes;
}

}  // namespace mainstay::scheduler
