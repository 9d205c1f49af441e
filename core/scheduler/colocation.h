// SPDX-License-Identifier: Apache-2.0
// Colocations as links between primitives, and what a link does to node scores. Private to this
// folder.
#pragma once

#include <string>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/scheduler/placement.h"

namespace mainstay::scheduler {

/// "dependent with primary", both primitives: a group stands for its first member as dependent and
/// for its last as primary, and its members are linked to their predecessors.
struct ColocationLink {
  int dependent = -1;
  int primary = -1;
  int score = 0;
  std::string node_attribute;
  bool influence = true;

  bool mandatory() const { return score >= model::kInfinity || score <= -model::kInfinity; }
};

struct Colocations {
  std::vector<ColocationLink> links;
  std::vector<std::vector<int>> with_others;  ///< by resource: links in which it is the dependent
  std::vector<std::vector<int>> with_this;    ///< by resource: links in which it is the primary
};

Colocations link_resources(const model::ClusterState& state);

/// What an assigned primary (`primary_node`, -1 for nowhere) does to its dependent's scores.
void follow_primary(const model::ClusterState& state, const ColocationLink& link, int primary_node,
                    Weights& dependent);

/// What the wishes of the dependents of `primary` (and of theirs) do to its scores through one
/// link.
void pull(const model::ClusterState& state, const Colocations& colocations,
          const std::vector<Weights>& weights, const ColocationLink& link, Weights& primary);

}  // namespace mainstay::scheduler
