// SPDX-License-Identifier: Apache-2.0
// The order in which the colocations of one resource are evaluated. Private to this folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <tuple>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/scheduler/place/colocation.h"

namespace mainstay::scheduler {

/// By priority, bundles before clones before groups before primitives, promotable clones first,
/// then by id. Negative: `a` goes first.
template <typename Priority>
int compare_resources(const model::Resource& a, const model::Resource& b,
                      const Priority& priority_of, int ia, int ib) {
  const auto key = [&](const model::Resource& r, int index) {
    const bool promotable = r.variant == model::Variant::clone && r.promotable;
    return std::tuple(-static_cast<std::int64_t>(priority_of(index)), -static_cast<int>(r.variant),
                      promotable ? 0 : 1);
  };
  const auto left = key(a, ia);
  const auto right = key(b, ib);
  if (left != right) {
    return left < right ? -1 : 1;
  }
  return a.id.compare(b.id);
}

/// Puts a link into a list that is sorted by the resource at its `end`.
template <typename Priority>
void insert_sorted(const model::ClusterState& state, const std::deque<ColocationLink>& links,
                   int ColocationLink::*end, const Priority& priority_of, Links& list, int link) {
  const auto resource_of = [&](int index) { return links[static_cast<std::size_t>(index)].*end; };
  const auto resource = [&](int index) -> const model::Resource& {
    return state.resources[static_cast<std::size_t>(index)];
  };
  const auto before = [&](int element, int value) {
    const int a = resource_of(element);
    const int b = resource_of(value);
    return compare_resources(resource(a), resource(b), priority_of, a, b) < 0;
  };
  list.insert(std::lower_bound(list.begin(), list.end(), link, before), link);
}

}  // namespace mainstay::scheduler
