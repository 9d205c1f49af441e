// SPDX-License-Identifier: Apache-2.0
// The instances of a clone (or a bundle's containers). First those that run keep their nodes, as
// far as other wishes leave room there; then the others take what is left; what is over clone-max
// stays nowhere.
#include <algorithm>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;

using WeightsByResource = std::vector<std::pair<int, Weights>>;

void save(const Assignment& work, int resource, WeightsByResource& saved) {
  saved.emplace_back(resource, work.weights(resource));
  for (const int child : work.children(resource)) {
    save(work, child, saved);
  }
}

/// How often each node is taken by an instance of the collective around this one.
std::vector<int>& counts_around(Assignment& work, int instance) {
  return work.instances[at(work.resource(instance).parent)];
}

bool parent_allows(const Assignment& work, int instance, int node) {
  const int parent = work.resource(instance).parent;
  return work.weights(parent).allowed[at(node)] != 0;
}

void count_instance(Assignment& work, int instance, int node) {
  if (node >= 0 && parent_allows(work, instance, node)) {
    ++counts_around(work, instance)[at(node)];
  }
}

bool can_take(Assignment& work, int instance, int node, int per_node) {
  const int parent = work.resource(instance).parent;
  return !work.resource(instance).removed && work.is_available(node) &&
         parent_allows(work, instance, node) && work.weights(parent).score[at(node)] >= 0 &&
         counts_around(work, instance)[at(node)] < per_node;
}

void ban_full_nodes(Assignment& work, int instance, int per_node) {
  Weights& weights = work.weights(instance);
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] == 0 || can_take(work, instance, node, per_node)) {
      continue;
    }
    weights.score[at(node)] = -kInfinity;
    if (work.trace != nullptr) {
      work.trace->reasons.push_back({ScoreReason::Kind::limit, instance, node, -kInfinity, "",
                                     work.resource(instance).parent});
    }
    for (const int child : work.children(instance)) {
      if (work.weights(child).allowed[at(node)] != 0) {
        work.weights(child).score[at(node)] = -kInfinity;
      }
    }
  }
}

int assign_instance(Assignment& work, int instance, int prefer, int per_node) {
  if (work.of(instance).assigning) {
    return -1;
  }
  ban_full_nodes(work, instance, per_node);
  const int chosen = assign(work, instance, prefer, prefer < 0);
  count_instance(work, instance, chosen);
  return chosen;
}

/// The node on which a running instance should be kept if possible; -1: none.
int node_to_keep(Assignment& work, int instance, int optimum) {
  if (current_node(work, instance) < 0 || work.of(instance).assigned ||
      work.resource(instance).failed) {
    return -1;
  }
  const int node = current_node(work, instance);
  if (!work.is_available(node) || work.late_score(node) < 0) {
    return -1;
  }
  const bool full =
      parent_allows(work, instance, node) && counts_around(work, instance)[at(node)] >= optimum;
  return full ? -1 : node;
}

/// Tries to leave an instance where it runs. When its wishes send it elsewhere, that place is
/// reserved for another instance and the attempt repeated, so that instances move as little as
/// possible.
bool assign_early(Assignment& work, int instance, int current, int per_node, int available) {
  const Weights& weights = work.weights(instance);
  if (weights.allowed[at(current)] == 0 || weights.score[at(current)] < 0 ||
      !work.is_available(current)) {
    return false;
  }
  WeightsByResource saved;
  save(work, instance, saved);
  const std::vector<int> counts = counts_around(work, instance);
  int chosen = -1;
  for (int reserved = 0; reserved < available; ++reserved) {
    chosen = assign_instance(work, instance, current, per_node);
    if (chosen == current) {
      break;
    }
    for (const auto& [resource, before] : saved) {
      work.weights(resource) = before;
    }
    if (chosen < 0) {
      work.of(instance).assigned = false;
      break;
    }
    unassign(work, instance);
    chosen = -1;
  }
  counts_around(work, instance) = counts;
  count_instance(work, instance, chosen);
  return chosen >= 0;
}

int optimal_per_node(Assignment& work, int collective, int maximum) {
  const Weights& weights = work.weights(collective);
  int nodes = 0;
  for (int node = 0; node < work.node_count(); ++node) {
    nodes += weights.allowed[at(node)] != 0 && work.is_available(node) ? 1 : 0;
  }
  return nodes > 0 ? std::max(1, maximum / nodes) : 1;
}

}  // namespace

void assign_instances(Assignment& work, int collective, const std::vector<int>& instances,
                      int maximum, int per_node) {
  auto& counts = work.instances[at(collective)];
  std::fill(counts.begin(), counts.end(), 0);
  const int optimum = optimal_per_node(work, collective, maximum);
  int assigned = 0;
  for (const int instance : instances) {
    if (assigned >= maximum) {
      break;
    }
    if (work.of(instance).assigned) {
      continue;
    }
    const int keep = node_to_keep(work, instance, optimum);
    if (keep >= 0 && assign_early(work, instance, keep, per_node, maximum - assigned)) {
      ++assigned;
    }
  }
  for (const int instance : instances) {
    if (work.of(instance).assigned) {
      continue;
    }
    if (assigned >= maximum) {
      add_score(work, instance, -1, -kInfinity, ScoreReason::Kind::limit,
                work.resource(collective).id);
    } else if (assign_instance(work, instance, -1, per_node) >= 0) {
      ++assigned;
    }
  }
}

}  // namespace mainstay::scheduler
