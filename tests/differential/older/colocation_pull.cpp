// SPDX-License-Identifier: Apache-2.0
// 2.1.5: a dependent never attracts its primary to nodes that it cannot have itself; the scores of
// further dependents count in full, whatever the links before them weigh; a group pulls through its
// first member and, once more, through what is with its last.
#include <algorithm>

#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {
namespace {

using model::kInfinity;
using model::Resource;

/// Marks a positive score that a pull would have made negative: it ends as 1.
constexpr int kSpoiled = -100 * kInfinity;

int best_score(const Assignment& work, int source, const std::string& attribute, int node) {
  const Weights& wishes = work.weights(source);
  const std::string& value = node_value(work, node, attribute, source);
  int best = -kInfinity;
  for (int each = 0; each < work.node_count(); ++each) {
    if (wishes.allowed[at(each)] != 0 && work.is_available(each) &&
        same_value(value, node_value(work, each, attribute, source))) {
      best = std::max(best, wishes.score[at(each)]);
    }
  }
  return best;
}

int weighted(float factor, int score) {
  const float exact = factor * static_cast<float>(score);
  const int rounded = static_cast<int>(exact < 0 ? exact - 0.5F : exact + 0.5F);
  if (rounded == 0 && score != 0) {
    return factor > 0 ? 1 : (factor < 0 ? -1 : 0);
  }
  return rounded;
}

void add_matching(const Assignment& work, int source, const std::string& attribute, float factor,
                  bool nonnegative, Weights& nodes) {
  for (int node = 0; node < work.node_count(); ++node) {
    int& score = nodes.score[at(node)];
    if (nodes.allowed[at(node)] == 0) {
      continue;
    }
    const int best = best_score(work, source, attribute, node);
    if ((factor < 0 && best < 0) || score == kSpoiled) {
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

}  // namespace

void add_colocated_scores(Assignment& work, int source, int target, const ColocationLink* link,
                          float factor, PullMode mode, Weights& nodes) {
  if (work.of(source).merging) {
    return;
  }
  const Resource& r = work.resource(source);
  const bool group = r.variant == model::Variant::group && !r.children.empty();
  work.of(source).merging = true;
  Weights merged = nodes;
  if (group) {
    const int member = link == nullptr ? r.children.back() : r.children.front();
    add_colocated_scores(work, member, target, link, factor, mode, merged);
  } else if (link == nullptr) {
    merged = work.weights(source);
  } else {
    add_matching(work, source, link->node_attribute, factor, mode.nonnegative, merged);
  }
  if (!any_node_usable(work, merged) && mode.roll_back) {
    work.of(source).merging = false;
    return;
  }
  if (any_node_usable(work, merged)) {
    const Colocations& all = work.colocations;
    const int end = group && !mode.follow_primaries ? r.children.back() : source;
    const Links further = mode.follow_primaries ? all.with_others[at(end)] : all.with_this[at(end)];
    for (const int index : further) {
      const ColocationLink& next = all[index];
      if (!mode.follow_primaries && !has_influence(work, next)) {
        continue;
      }
      const int other = mode.follow_primaries ? next.primary : next.dependent;
      const float full = static_cast<float>(next.score) / static_cast<float>(kInfinity);
      PullMode optional = mode;
      optional.roll_back = true;
      add_colocated_scores(work, other, target, &next, factor < 0 ? -full : full, optional, merged);
    }
  }
  if (mode.nonnegative) {
    std::replace(merged.score.begin(), merged.score.end(), kSpoiled, 1);
  }
  nodes = std::move(merged);
  work.of(source).merging = false;
}

void pull(Assignment& work, const ColocationLink& link, int primary) {
  if (!has_influence(work, link)) {
    return;
  }
  PullMode mode;
  mode.roll_back = true;
  mode.nonnegative = work.resource(primary).variant == model::Variant::clone;
  const float factor = static_cast<float>(link.score) / static_cast<float>(kInfinity);
  add_colocated_scores(work, link.dependent, primary, &link, factor, mode, work.weights(primary));
}

}  // namespace mainstay::scheduler
