// SPDX-License-Identifier: Apache-2.0
// Colocation: the primary is placed first; its dependents' preferences pull it, weighted by the
// constraint's score.
#include "core/scheduler/colocation.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace mainstay::scheduler {
namespace {

using model::ClusterState;
using model::kInfinity;

const model::Resource& resource(const ClusterState& state, int index) {
  return state.resources[static_cast<std::size_t>(index)];
}

const std::string& attribute_of(const ClusterState& state, std::size_t node,
                                const std::string& name) {
  static const std::string none;
  const auto& attributes = state.nodes[node].attributes;
  const auto found = attributes.find(name);
  if (found != attributes.end()) {
    return found->second;
  }
  return name == "#uname" ? state.nodes[node].name : none;
}

bool is_group(const ClusterState& state, int index) {
  const auto& it = resource(state, index);
  return it.variant == model::Variant::group && !it.children.empty();
}

void add_link(Colocations& out, ColocationLink link) {
  if (link.dependent < 0 || link.primary < 0 || link.dependent == link.primary || link.score == 0) {
    return;
  }
  out.links.push_back(std::move(link));
}

void add_group_links(const ClusterState& state, Colocations& out) {
  for (const model::Resource& group : state.resources) {
    if (group.variant != model::Variant::group || !group.colocated) {
      continue;
    }
    for (std::size_t i = 1; i < group.children.size(); ++i) {
      const int member = group.children[i];
      add_link(out, {member, group.children[i - 1], kInfinity, "#uname",
                     resource(state, member).critical});
    }
  }
}

void add_explicit_links(const ClusterState& state, Colocations& out) {
  for (const model::ColocationConstraint& constraint : state.colocations) {
    ColocationLink link{constraint.dependent, constraint.primary, constraint.score,
                        constraint.node_attribute, constraint.influence};
    const int dependent_parent =
        constraint.dependent < 0 ? -1 : resource(state, constraint.dependent).parent;
    const int primary_parent =
        constraint.primary < 0 ? -1 : resource(state, constraint.primary).parent;
    if (link.dependent >= 0 && is_group(state, link.dependent)) {
      link.dependent = resource(state, link.dependent).children.front();
    }
    if (link.primary >= 0 && is_group(state, link.primary)) {
      const auto& members = resource(state, link.primary).children;
      link.primary = link.mandatory() ? members.back() : members.front();
    }
    add_link(out, link);
    // A group moves as one: its first member feels what its others are bound to, its last what is
    // bound to the others.
    if (dependent_parent >= 0 && is_group(state, dependent_parent) &&
        dependent_parent != primary_parent) {
      ColocationLink first = link;
      first.dependent = resource(state, dependent_parent).children.front();
      if (first.dependent != link.dependent) {
        add_link(out, first);
      }
    }
    if (primary_parent >= 0 && is_group(state, primary_parent) &&
        dependent_parent != primary_parent) {
      ColocationLink last = link;
      last.primary = resource(state, primary_parent).children.back();
      if (last.primary != link.primary) {
        add_link(out, last);
      }
    }
  }
}

int best_score(const ClusterState& state, const Weights& weights, const std::string& attribute,
               const std::string& value) {
  int best = -kInfinity;
  for (std::size_t node = 0; node < state.nodes.size(); ++node) {
    if (weights.allowed[node] != 0 && is_available(state.nodes[node]) &&
        attribute_of(state, node, attribute) == value) {
      best = std::max(best, weights.score[node]);
    }
  }
  return best;
}

bool any_usable(const ClusterState& state, const Weights& weights) {
  for (std::size_t node = 0; node < state.nodes.size(); ++node) {
    if (weights.allowed[node] != 0 && weights.score[node] >= 0 && is_available(state.nodes[node])) {
      return true;
    }
  }
  return false;
}

/// An anti-colocated dependent that can only be on one node keeps the primary off it, if it
/// outweighs staying.
bool pushes_away(const ClusterState& state, const ColocationLink& link, const Weights& dependent,
                 int score) {
  const auto allowed = std::count_if(dependent.score.begin(), dependent.score.end(),
                                     [](int each) { return each > -kInfinity; });
  return link.influence && allowed == 1 && score > resource(state, link.primary).stickiness;
}

/// The score that a factor makes of another, rounded half away from zero and never rounded to
/// nothing.
int weighted(double factor, int score) {
  const double exact = factor * score;
  const auto rounded =
      static_cast<int>(std::lround(std::clamp(exact, -2.0 * kInfinity, 2.0 * kInfinity)));
  if (rounded == 0 && score != 0 && factor != 0.0) {
    return exact > 0 ? 1 : -1;
  }
  return std::clamp(rounded, -kInfinity, kInfinity);
}

struct Puller {
  const ClusterState& state;
  const Colocations& colocations;
  const std::vector<Weights>& weights;
  std::vector<char> visiting;

  void add(const ColocationLink& link, int source, double factor, Weights& target) {
    if (visiting[static_cast<std::size_t>(source)] != 0) {
      return;
    }
    visiting[static_cast<std::size_t>(source)] = 1;
    const Weights& wishes = weights[static_cast<std::size_t>(source)];
    Weights work = target;
    for (std::size_t node = 0; node < state.nodes.size(); ++node) {
      if (work.allowed[node] == 0) {
        continue;
      }
      const int best = best_score(state, wishes, link.node_attribute,
                                  attribute_of(state, node, link.node_attribute));
      if (factor < 0 && best < 0 && !pushes_away(state, link, wishes, -best)) {
        continue;
      }
      work.score[node] = model::add_scores(work.score[node], weighted(factor, best));
    }
    if (any_usable(state, work)) {
      for (const int next : colocations.with_this[static_cast<std::size_t>(source)]) {
        const ColocationLink& further = colocations.links[static_cast<std::size_t>(next)];
        if (further.dependent != link.primary) {
          add(further, further.dependent, factor * further.score / kInfinity, work);
        }
      }
      target = std::move(work);
    }
    visiting[static_cast<std::size_t>(source)] = 0;
  }
};

}  // namespace

Colocations link_resources(const ClusterState& state) {
  Colocations out;
  add_explicit_links(state, out);
  add_group_links(state, out);
  out.with_others.resize(state.resources.size());
  out.with_this.resize(state.resources.size());
  for (std::size_t i = 0; i < out.links.size(); ++i) {
    out.with_others[static_cast<std::size_t>(out.links[i].dependent)].push_back(
        static_cast<int>(i));
    out.with_this[static_cast<std::size_t>(out.links[i].primary)].push_back(static_cast<int>(i));
  }
  const auto by_priority = [&](int ColocationLink::*other) {
    return [&, other](int a, int b) {
      const auto& left = resource(state, out.links[static_cast<std::size_t>(a)].*other);
      const auto& right = resource(state, out.links[static_cast<std::size_t>(b)].*other);
      return std::tuple(-left.priority, left.id) < std::tuple(-right.priority, right.id);
    };
  };
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    std::stable_sort(out.with_others[i].begin(), out.with_others[i].end(),
                     by_priority(&ColocationLink::primary));
    std::stable_sort(out.with_this[i].begin(), out.with_this[i].end(),
                     by_priority(&ColocationLink::dependent));
  }
  return out;
}

void follow_primary(const ClusterState& state, const ColocationLink& link, int primary_node,
                    Weights& dependent) {
  if (primary_node < 0) {
    if (link.score > 0) {
      for (int& score : dependent.score) {
        score = model::add_scores(score, -link.score);
      }
    }
    return;
  }
  const std::string& value =
      attribute_of(state, static_cast<std::size_t>(primary_node), link.node_attribute);
  Weights work = dependent;
  for (std::size_t node = 0; node < state.nodes.size(); ++node) {
    if (attribute_of(state, node, link.node_attribute) == value) {
      if (link.score < kInfinity) {
        work.score[node] = model::add_scores(work.score[node], link.score);
      }
    } else if (link.score >= kInfinity) {
      work.score[node] = -kInfinity;
    }
  }
  if (link.mandatory() || any_usable(state, work)) {
    dependent = std::move(work);
  }
}

void pull(const ClusterState& state, const Colocations& colocations,
          const std::vector<Weights>& weights, const ColocationLink& link, Weights& primary) {
  Puller puller{state, colocations, weights, std::vector<char>(state.resources.size(), 0)};
  puller.visiting[static_cast<std::size_t>(link.primary)] = 1;
  puller.add(link, link.dependent, static_cast<double>(link.score) / kInfinity, primary);
}

}  // namespace mainstay::scheduler
