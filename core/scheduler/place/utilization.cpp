// SPDX-License-Identifier: Apache-2.0
// Utilization: nodes without room for a resource and everything that must be with it are banned if
// another has room; else those without room for it alone. Pacemaker Explained, "Utilization and
// Placement Strategy".
#include <algorithm>

#include "core/scheduler/place/assignment.h"
#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Variant;
using Amounts = std::map<std::string, int>;

int amount(const std::string& text) {
  return parse_int(text, 0);
}

/// Resources that must be on the same node, in the order in which they were found, and quick to
/// ask.
struct Chain {
  explicit Chain(std::size_t resources) : known(resources, 0) {}
  std::vector<int> order;
  std::vector<char> known;  ///< by resource
  bool has(int resource) const { return known[at(resource)] != 0; }
  void add(int resource) {
    order.push_back(resource);
    known[at(resource)] = 1;
  }
};

bool spreads_over_members(const Assignment& work, const Resource& group) {
  return group.colocated ||
         (group.parent >= 0 && work.resource(group.parent).variant == Variant::clone);
}

void add_chain(const Assignment& work, int resource, int origin, Chain& chain);

void add_linked(const Assignment& work, int resource, int origin, Chain& chain) {
  for (const int index : links_with_others(work, resource)) {
    const ColocationLink& link = work.colocations[index];
    if (link.primary != origin && link.score >= kInfinity &&
        effect_of(work, resource, link.primary, link, true) == LinkEffect::location) {
      add_chain(work, link.primary, origin, chain);
    }
  }
  const bool is_clone = work.resource(resource).variant == Variant::clone;
  for (const int index : links_with_this(work, resource)) {
    const ColocationLink& link = work.colocations[index];
    if (link.dependent == origin ||
        (is_clone && work.resource(link.dependent).variant != Variant::clone)) {
      continue;
    }
    if (link.score >= kInfinity &&
        effect_of(work, link.dependent, resource, link, true) == LinkEffect::location) {
      add_chain(work, link.dependent, origin, chain);
    }
  }
}

void add_chain(const Assignment& work, int resource, int origin, Chain& chain) {
  const Resource& r = work.resource(resource);
  if (r.variant == Variant::group && spreads_over_members(work, r)) {
    chain.add(resource);
    for (const int member : r.children) {
      add_chain(work, member, origin, chain);
    }
    return;
  }
  if (!chain.has(resource)) {
    chain.add(resource);
    add_linked(work, resource, origin, chain);
  }
}

void sum_up(const Assignment& work, int resource, const Chain& chain, Amounts& sum);

void sum_group(const Assignment& work, const Resource& group, const Chain& chain, Amounts& sum) {
  for (const int member : group.children) {
    if (!chain.has(member)) {
      sum_up(work, member, chain, sum);
    }
    if (!spreads_over_members(work, group)) {
      return;
    }
  }
}

/// Of a clone the instance that is in the chain counts, else any one.
void sum_clone(const Assignment& work, int clone, const Chain& chain, Amounts& sum) {
  bool counted = false;
  for (const int child : work.children(clone)) {
    const auto& members = work.children(child);
    const bool member_counts =
        std::any_of(members.begin(), members.end(), [&](int member) { return chain.has(member); });
    if (chain.has(child)) {
      counted = true;
    } else if (member_counts) {
      sum_up(work, child, chain, sum);
      counted = true;
    }
  }
  if (!counted && !work.children(clone).empty()) {
    sum_up(work, work.children(clone).front(), chain, sum);
  }
}

void sum_up(const Assignment& work, int resource, const Chain& chain, Amounts& sum) {
  const Resource& r = work.resource(resource);
  if (work.of(resource).assigned) {
    return;
  }
  if (r.variant == Variant::group) {
    sum_group(work, r, chain, sum);
  } else if (r.variant == Variant::clone) {
    sum_clone(work, resource, chain, sum);
  } else if (r.variant == Variant::primitive) {
    for (const auto& [name, value] : r.utilization) {
      sum[name] += amount(value);
    }
  }
}

bool has_room(const Assignment& work, int node, const Amounts& needed) {
  const Amounts& free = work.placement.free_capacity[at(node)];
  return std::all_of(needed.begin(), needed.end(), [&](const auto& need) {
    const auto found = free.find(need.first);
    return need.second <= (found == free.end() ? 0 : found->second);
  });
}

void ban_full(Assignment& work, int resource, const std::vector<int>& nodes,
              const Amounts& needed) {
  for (const int node : nodes) {
    if (!has_room(work, node, needed)) {
      add_score(work, resource, node, -kInfinity, ScoreReason::Kind::capacity,
                work.resource(resource).id);
    }
  }
}

}  // namespace

void take_capacity(Assignment& work, int node, int resource) {
  for (const auto& [name, value] : work.resource(resource).utilization) {
    const auto found = work.placement.free_capacity[at(node)].find(name);
    if (found != work.placement.free_capacity[at(node)].end()) {
      found->second -= amount(value);
    }
  }
}

void give_back_capacity(Assignment& work, int node, int resource) {
  for (const auto& [name, value] : work.resource(resource).utilization) {
    const auto found = work.placement.free_capacity[at(node)].find(name);
    if (found != work.placement.free_capacity[at(node)].end()) {
      found->second += amount(value);
    }
  }
}

int ban_insufficient_capacity(Assignment& work, int resource) {
  if (work.state.options.placement_strategy == "default") {
    return -1;
  }
  Chain chain(work.state.resources.size());
  add_chain(work, resource, resource, chain);
  Amounts together;
  for (const int each : chain.order) {
    sum_up(work, each, chain, together);
  }
  const Weights& weights = work.weights(resource);
  std::vector<int> candidates;
  int roomiest = -1;
  bool any = false;
  for (int node = 0; node < work.node_count(); ++node) {
    if (weights.allowed[at(node)] == 0 || weights.score[at(node)] < 0 || !work.is_available(node)) {
      continue;
    }
    candidates.push_back(node);
    any = any || has_room(work, node, together);
    if (roomiest < 0 || compare_capacities(work.placement, node, roomiest) < 0) {
      roomiest = node;
    }
  }
  if (any) {
    ban_full(work, resource, candidates, together);
    return -1;
  }
  Amounts alone;
  for (const auto& [name, value] : work.resource(resource).utilization) {
    alone[name] = amount(value);
  }
  ban_full(work, resource, candidates, alone);
  return roomiest;
}

void sort_resources(Assignment& work, std::vector<int>& resources) {
  std::map<int, Weights> wishes;
  for (const int resource : resources) {
    PullMode mode;
    mode.follow_primaries = true;
    add_colocated_scores(work, resource, -1, nullptr, 1, mode, wishes[resource]);
  }
  std::vector<int> nodes;
  {
    Weights all(work.state.nodes.size(), 0, true);
    nodes = sorted_nodes(work.state, work.placement, all, -1);
  }
  const auto score_on = [&](int resource, int node) {
    const Weights& weights = wishes.at(resource);
    return node < 0 || weights.score.empty() || weights.allowed[at(node)] == 0
               ? -kInfinity
               : weights.score[at(node)];
  };
  sort_like_merge(resources, [&](int a, int b) {
    if (work.priority[at(a)] != work.priority[at(b)]) {
      return work.priority[at(a)] > work.priority[at(b)] ? -1 : 1;
    }
    const int here_a = score_on(a, current_node(work, a));
    const int here_b = score_on(b, current_node(work, b));
    if (here_a != here_b) {
      return here_a > here_b ? -1 : 1;
    }
    for (const int node : nodes) {
      const int score_a = score_on(a, node);
      const int score_b = score_on(b, node);
      if (score_a != score_b) {
        return score_a > score_b ? -1 : 1;
      }
    }
    return 0;
  });
}

}  // namespace mainstay::scheduler
