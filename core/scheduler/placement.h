// SPDX-License-Identifier: Apache-2.0
// Where each resource goes: one node or none for every primitive. Private to this folder.
#pragma once

#include <vector>

#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

/// A score for every node; a node that is not allowed cannot be chosen and takes no score (opt-in
/// clusters).
struct Weights {
  std::vector<int> score;
  std::vector<char> allowed;
};

struct Placement {
  std::vector<int> node;          ///< by resource; -1: nowhere
  std::vector<model::Role> role;  ///< by resource: the next role
  std::vector<char> managed;      ///< by resource: whether we may start and stop it
  std::vector<Weights> weights;   ///< by resource: what decided, for explanations
};

/// Assigns resources by priority, each after what it is colocated with.
Placement place(const model::ClusterState& state);

/// Online, clean, staying and neither standby nor in maintenance.
bool is_available(const model::NodeState& node);

}  // namespace mainstay::scheduler
