// SPDX-License-Identifier: Apache-2.0
// Promotable clones: the agents' promotion scores (node attribute master-RESOURCE) attract
// instances; once placed, each instance's score, role locations and role colocations decide which
// are promoted. Pacemaker Explained, "Promotable clones".
#include <algorithm>

#include "core/scheduler/place/assignment.h"
#include "core/scheduler/read/xml.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;
using model::Variant;

bool is_known_on(const Resource& resource, int node) {
  return at(node) < resource.known_on.size() && resource.known_on[at(node)] != 0;
}

bool runs_on(const Resource& resource, int node) {
  const auto& nodes = resource.running_on;
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

/// Calls `use` with the counterpart of a primitive in every instance.
template <typename Use>
void for_counterparts(const Assignment& work, int collective, const std::string& base,
                      const Use& use) {
  for (const int child : work.children(collective)) {
    const Resource& r = work.resource(child);
    if (r.variant != Variant::primitive) {
      for_counterparts(work, child, base, use);
    } else if (r.base == base) {
      use(child, r);
    }
  }
}

bool promotion_score_applies(const Assignment& work, int primitive, int node) {
  const Resource& r = work.resource(primitive);
  const Weights& weights = work.weights(primitive);
  const bool allowed = weights.allowed[at(node)] != 0 && weights.score[at(node)] >= 0;
  if (!r.unique) {
    int active = -1;
    bool probed = false;
    for_counterparts(work, top_of(work, primitive), r.base, [&](int index, const Resource& other) {
      active = active < 0 && runs_on(other, node) ? index : active;
      probed = probed || is_known_on(other, node);
    });
    if (active == primitive || (active < 0 && probed)) {
      return allowed;
    }
  }
  const bool known_somewhere =
      std::any_of(r.known_on.begin(), r.known_on.end(), [](char known) { return known != 0; });
  const bool nothing_known = r.running_on.empty() && !known_somewhere;
  return (nothing_known || is_known_on(r, node) || runs_on(r, node)) && allowed;
}

/// The value that the agent set on a node, of a group the sum; 0 if nobody set any (`is_default`).
int promotion_score(const Assignment& work, int resource, int node, bool& is_default) {
  const Resource& r = work.resource(resource);
  is_default = true;
  if (!work.children(resource).empty()) {
    int sum = 0;
    for (const int child : work.children(resource)) {
      bool child_default = true;
      sum += promotion_score(work, child, node, child_default);
      is_default = is_default && child_default;
    }
    return sum;
  }
  if (!promotion_score_applies(work, resource, node)) {
    return 0;
  }
  if (work.reads_host[at(resource)] != 0 && work.is_guest(node)) {
    node = host_of(work, node, !work.of(resource).assigned);
    if (node < 0) {
      return 0;
    }
  }
  const auto& attributes = work.node(node).attributes;
  auto found = attributes.find("master-" + (r.history_id.empty() ? r.id : r.history_id));
  if (found == attributes.end() && !r.unique) {
    found = attributes.find("master-" + r.base);
  }
  if (found == attributes.end()) {
    return 0;
  }
  is_default = false;
  return parse_score(found->second);
}

void add_role_locations(Assignment& work, int instance, int constrained, int node) {
  for (const int index : work.promoted_locations) {
    const model::LocationConstraint& location = work.state.locations[at(index)];
    if (location.resource != constrained) {
      continue;
    }
    for (const auto& [where, score] : location.nodes) {
      if (where == node) {
        work.priority[at(instance)] = model::add_scores(work.priority[at(instance)], score);
        break;
      }
    }
  }
}

void set_priority(Assignment& work, int clone, int instance) {
  const int node = location_of(work, instance, false);
  if (node < 0) {
    return;
  }
  const Role next = role_of(work, instance, false);
  int& priority = work.priority[at(instance)];
  if (next == Role::started || next == Role::unknown) {
    bool is_default = true;
    priority = promotion_score(work, instance, node, is_default);
    priority = is_default ? -1 : priority;
  } else if (next != Role::promoted) {
    priority = -kInfinity;
  }
  add_role_locations(work, instance, instance, node);
  add_role_locations(work, instance, clone, node);
  // A role named for a bundle is about what is promoted in it.
  const int around = work.resource(clone).parent;
  if (around >= 0 && work.resource(around).variant == Variant::bundle) {
    add_role_locations(work, instance, around, node);
  }
  for (const int index : links_with_others(work, instance)) {
    const ColocationLink& link = work.colocations[index];
    apply_link(work, instance, link.primary, link, true);
  }
  work.placement.promotion[at(instance)] = next == Role::promoted ? kInfinity : priority;
}

void require_tickets(Assignment& work, int clone) {
  for (const model::TicketConstraint& each : work.state.ticket_constraints) {
    if (each.resource != clone || each.role != Role::promoted) {
      continue;
    }
    const auto ticket = work.state.tickets.find(each.ticket);
    if (ticket == work.state.tickets.end() || !ticket->second.granted || ticket->second.standby) {
      add_score(work, clone, -1, -kInfinity, ScoreReason::Kind::history, each.id);
    }
  }
}

int compare_for_promotion(Assignment& work, int a, int b) {
  const auto& order = work.placement.promotion;
  if (order[at(a)] != order[at(b)]) {
    return order[at(a)] > order[at(b)] ? -1 : 1;
  }
  const Role role_a = role_of(work, a, true);
  const Role role_b = role_of(work, b, true);
  if (role_a != role_b) {
    return role_a > role_b ? -1 : 1;
  }
  return compare_instances(work, a, b);
}

void sort_for_promotion(Assignment& work, int clone) {
  if (work.of(clone).roles_chosen) {
    return;
  }
  work.of(clone).roles_chosen = true;
  work.of(clone).merging = true;
  auto& order = work.placement.promotion;
  for (const int instance : work.children(clone)) {
    const int node = location_of(work, instance, false);
    if (order[at(instance)] >= 0 && node >= 0) {
      int& score = work.weights(clone).score[at(node)];
      score = model::add_scores(order[at(instance)], score);
    }
  }
  pull_promoted(work, clone);
  require_tickets(work, clone);
  for (const int instance : work.children(clone)) {
    const int node = location_of(work, instance, false);
    if (!work.managed(instance) && work.next_role(instance) == Role::promoted) {
      order[at(instance)] = kInfinity;
    } else if (node < 0) {
      order[at(instance)] = -kInfinity;
    } else if (order[at(instance)] >= 0) {
      order[at(instance)] = work.weights(clone).score[at(node)];
    }
  }
  sort_like_merge(work.children(clone),
                  [&](int a, int b) { return compare_for_promotion(work, a, b); });
  work.of(clone).merging = false;
}

/// Whether a node can be relied on: a guest only once its container has its place.
bool can_run(const Assignment& work, int node) {
  return work.is_available(node) && (!work.is_guest(node) || host_of(work, node, false) >= 0);
}

/// Where an instance may be promoted; -1: not at all.
int promotable_on(Assignment& work, int instance, int clone) {
  for (const int child : work.children(instance)) {
    if (promotable_on(work, child, clone) < 0) {
      return -1;
    }
  }
  const int node = location_of(work, instance, false);
  if (node < 0) {
    return -1;
  }
  if (!work.managed(instance)) {
    if (role_of(work, instance, true) != Role::promoted) {
      return -1;
    }
  } else if (work.priority[at(instance)] < 0 || !can_run(work, node)) {
    return -1;
  }
  const bool full = work.managed(instance) &&
                    work.instances[at(clone)][at(node)] >= work.resource(clone).promoted_node_max;
  return work.weights(clone).allowed[at(node)] == 0 || full ? -1 : node;
}

bool is_placed(const Assignment& work, int resource) {
  const auto& children = work.children(resource);
  return children.empty() ? work.placement.node[at(resource)] >= 0
                          : std::any_of(children.begin(), children.end(),
                                        [&](int child) { return is_placed(work, child); });
}

void set_unpromoted(Assignment& work, int resource) {
  work.next_role(resource) = is_placed(work, resource) ? Role::unpromoted : Role::stopped;
  for (const int child : work.children(resource)) {
    set_unpromoted(work, child);
  }
}

void set_promoted(Assignment& work, int resource) {
  if (work.next_role(resource) == Role::unknown) {
    work.next_role(resource) = Role::promoted;
  }
  for (const int child : work.children(resource)) {
    set_promoted(work, child);
  }
}

}  // namespace

void add_promotion_scores(Assignment& work, int clone) {
  if (work.of(clone).promotion_scores_added) {
    return;
  }
  work.of(clone).promotion_scores_added = true;
  for (const int instance : work.children(clone)) {
    Weights& weights = work.weights(instance);
    for (int node = 0; node < work.node_count(); ++node) {
      if (weights.allowed[at(node)] == 0 || !work.is_available(node)) {
        continue;
      }
      bool is_default = true;
      const int score = promotion_score(work, instance, node, is_default);
      if (score > 0) {
        weights.score[at(node)] = model::add_scores(weights.score[at(node)], score);
        if (work.trace != nullptr) {
          work.trace->reasons.push_back(
              {ScoreReason::Kind::promotion, instance, node, score, "", -1});
        }
      }
      work.priority[at(instance)] = std::max(work.priority[at(instance)], score);
    }
  }
}

void choose_roles(Assignment& work, int clone) {
  auto& counts = work.instances[at(clone)];
  std::fill(counts.begin(), counts.end(), 0);
  for (const int instance : std::vector<int>(work.children(clone))) {
    set_priority(work, clone, instance);
  }
  sort_for_promotion(work, clone);
  const Resource& r = work.resource(clone);
  const auto& options = work.state.options;
  int promoted = 0;
  for (const int instance : work.children(clone)) {
    const int node = location_of(work, instance, false);
    const int order = work.placement.promotion[at(instance)];
    if (work.trace != nullptr) {
      work.trace->lines.push_back({ScoreLine::Stage::promotion, instance, node, order});
    }
    int chosen = -1;
    if (order >= 0 && (promoted < r.promoted_max || !work.managed(clone))) {
      chosen = promotable_on(work, instance, clone);
    }
    const bool frozen = !options.have_quorum &&
                        options.quorum_policy == model::QuorumPolicy::freeze &&
                        role_of(work, instance, true) < Role::promoted;
    if (chosen < 0 || frozen) {
      set_unpromoted(work, instance);
      continue;
    }
    ++counts[at(chosen)];
    set_promoted(work, instance);
    ++promoted;
  }
}

}  // namespace mainstay::scheduler
