// SPDX-License-Identifier: Apache-2.0
// The decision: from the cluster's state to the graph of what is to be done, with reasons.
#pragma once

#include <string>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/model/transition_graph.h"

namespace mainstay::scheduler {

struct PlacementTrace;

/// Pure and deterministic: equal states give equal graphs.
/// `trace`, if not null, is filled with how scores came about.
[[nodiscard]] model::TransitionGraph schedule(const model::ClusterState& state,
                                              PlacementTrace* trace = nullptr);

/// Configuration errors and warnings, in crm_verify's words; empty: nothing to say.
[[nodiscard]] std::vector<std::string> verify(const model::ClusterState& state);

}  // namespace mainstay::scheduler
