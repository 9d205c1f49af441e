// SPDX-License-Identifier: Apache-2.0
// How the wishes of dependents (and of theirs) pull a primary that is about to be placed, weighted
// by the score of each link on the way, rounded half away from zero. Pacemaker Explained,
// "Colocation".
#include <algorithm>
#include <optional>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;
using model::Role;
using model::Variant;

/// Marks a positive score that a pull would have made negative: it ends as 1.
constexpr int kSpoiled = -100 * kInfinity;

bool is_usable(const Assignment& work, const Weights& wishes, int node) {
  return wishes.allowed[at(node)] != 0 && work.is_available(node);
}

/// The best score that a resource has on a usable node with that value of the attribute.
int best_score(const Assignment& work, int source, const Weights& wishes,
               const std::string& attribute, int node, int target) {
  const std::string& value = node_value(work, node, attribute, target);
  int best = -kInfinity;
  for (int each = 0; each < work.node_count(); ++each) {
    if (is_usable(work, wishes, each) && wishes.score[at(each)] > best &&
        same_value(value, node_value(work, each, attribute, source))) {
      best = wishes.score[at(each)];
    }
  }
  return best;
}

/// Only the first member of a group has the group's locations; another member that was colocated
/// explicitly brings them into its wishes.
std::optional<Weights> with_locations_of_group(const Assignment& work, const ColocationLink& link,
                                               int source) {
  const int parent = work.resource(source).parent;
  if (!link.configured || source != link.dependent || parent < 0 ||
      work.resource(parent).variant != Variant::group ||
      work.resource(parent).children.front() == source) {
    return std::nullopt;
  }
  Weights wishes = work.weights(source);
  for (const model::LocationConstraint& location : work.state.locations) {
    if (location.resource != parent || location.role != Role::unknown) {
      continue;
    }
    for (const auto& [node, score] : location.nodes) {
      wishes.score[at(node)] =
          wishes.allowed[at(node)] != 0 ? model::add_scores(wishes.score[at(node)], score) : score;
      wishes.allowed[at(node)] = 1;
    }
  }
  return wishes;
}

bool allowed_on_one(const Weights& weights) {
  int count = 0;
  for (std::size_t node = 0; node < weights.score.size(); ++node) {
    count += weights.allowed[node] != 0 && weights.score[node] >= 0 ? 1 : 0;
  }
  return count == 1;
}

/// Whether a node that an anti-colocated dependent cannot use should attract the primary: only if
/// the dependent has no choice and matters more than staying.
bool double_negative(const Assignment& work, const ColocationLink& link, float factor, int score) {
  return factor < 0 && score < 0 &&
         (work.resource(link.primary).stickiness >= -score || !has_influence(work, link) ||
          !allowed_on_one(work.weights(link.dependent)));
}

int weighted(float factor, int score) {
  const float exact = factor * static_cast<float>(score);
  const int rounded = static_cast<int>(exact < 0 ? exact - 0.5F : exact + 0.5F);
  if (rounded == 0 && score != 0) {
    return factor > 0 ? 1 : (factor < 0 ? -1 : 0);
  }
  return rounded;
}

void add_matching(const Assignment& work, int source, int target, const ColocationLink& link,
                  float factor, bool nonnegative, Weights& nodes) {
  const std::optional<Weights> changed = with_locations_of_group(work, link, source);
  const Weights& wishes = changed ? *changed : work.weights(source);
  const bool same_node = link.node_attribute == "#uname" && work.all_named &&
                         !colocates_by_host(work, source) && !colocates_by_host(work, target);
  for (int node = 0; node < work.node_count(); ++node) {
    int& score = nodes.score[at(node)];
    if (nodes.allowed[at(node)] == 0) {
      continue;
    }
    int best = -kInfinity;
    if (!same_node) {
      best = best_score(work, source, wishes, link.node_attribute, node, target);
    } else if (is_usable(work, wishes, node)) {
      best = std::max(wishes.score[at(node)], -kInfinity);
    }
    if (double_negative(work, link, factor, best) || score == kSpoiled) {
      continue;
    }
    const int sum = model::add_scores(weighted(factor, best), score);
    if (nonnegative && sum < 0 && score >= 0) {
      score = score > 0 ? kSpoiled : 0;
    } else {
      score = sum;
    }
  }
}

/// Lent weights, with any content: the pull of a long chain wants many, one after the other.
struct Scratch {
  explicit Scratch(Assignment& lender) : work(lender) {
    if (!work.scratch.empty()) {
      weights = std::move(work.scratch.back());
      work.scratch.pop_back();
    }
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { work.scratch.push_back(std::move(weights)); }

  Assignment& work;
  Weights weights;
};

/// The member of a group that speaks for it.
int spokesman(const Assignment& work, int group, bool initial) {
  const auto& members = work.resource(group).children;
  return initial ? members.back() : members.front();
}

}  // namespace

void add_colocated_scores(Assignment& work, int source, int target, const ColocationLink* link,
                          float factor, PullMode mode, Weights& nodes) {
  if (work.of(source).merging) {
    return;
  }
  const Resource& r = work.resource(source);
  if (r.variant == Variant::group) {
    if (!r.children.empty()) {
      work.of(source).merging = true;
      add_colocated_scores(work, spokesman(work, source, link == nullptr), target, link, factor,
                           mode, nodes);
      work.of(source).merging = false;
    }
    return;
  }
  work.of(source).merging = true;
  Scratch copy(work);  // of what may be rolled back; all else is worked on in place
  Weights& merged = mode.roll_back ? copy.weights : nodes;
  if (link == nullptr) {
    merged = work.weights(source);
  } else if (mode.roll_back) {
    merged = nodes;
  }
  const int subject = link == nullptr ? source : target;
  if (link != nullptr) {
    add_matching(work, source, target, *link, factor, mode.nonnegative, merged);
  }
  if (any_node_usable(work, merged)) {
    const Links further =
        mode.follow_primaries ? links_with_others(work, source) : links_with_this(work, source);
    for (const int index : further) {
      const ColocationLink& next = work.colocations[index];
      if (!mode.follow_primaries && !has_influence(work, next)) {
        continue;
      }
      const int other = mode.follow_primaries ? next.primary : next.dependent;
      const float scaled = factor * static_cast<float>(next.score) / static_cast<float>(kInfinity);
      PullMode optional = mode;
      optional.roll_back = true;
      add_colocated_scores(work, other, subject, &next, scaled, optional, merged);
    }
  } else if (mode.roll_back) {
    work.of(source).merging = false;
    return;
  }
  if (mode.nonnegative) {
    std::replace(merged.score.begin(), merged.score.end(), kSpoiled, 1);
  }
  if (mode.roll_back) {
    std::swap(nodes, copy.weights);
  }
  work.of(source).merging = false;
}

void pull(Assignment& work, const ColocationLink& link, int primary) {
  if (!has_influence(work, link)) {
    return;
  }
  PullMode mode;
  mode.roll_back = true;
  mode.nonnegative = work.resource(primary).variant == Variant::clone;
  const float factor = static_cast<float>(link.score) / static_cast<float>(kInfinity);
  const Weights before = work.trace == nullptr ? Weights{} : work.weights(primary);
  add_colocated_scores(work, link.dependent, primary, &link, factor, mode, work.weights(primary));
  record_difference(work, link, primary, ScoreReason::Kind::attraction, before);
}

}  // namespace mainstay::scheduler
