// SPDX-License-Identifier: Apache-2.0
// Finding things in a cluster's state, for all rooms.
#pragma once

#include <cstddef>

#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

/// The number of a node or resource as containers want it.
constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// The outermost resource that holds this one, or itself; but a bundle does not count: what is in
/// it stands for itself.
inline int top_below_bundle(const model::ClusterState& state, int index) {
  for (int up = state.resources[at(index)].parent;
       up >= 0 && state.resources[at(up)].variant != model::Variant::bundle;
       up = state.resources[at(up)].parent) {
    index = up;
  }
  return index;
}

}  // namespace mainstay::scheduler
