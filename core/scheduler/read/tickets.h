// SPDX-License-Identifier: Apache-2.0
// Tickets that are missing, as a change of the state. Private to this folder.
#pragma once

#include <optional>

#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

/// The state with what lost tickets mean: bans, blocked resources, nodes to fence. Nothing if every
/// ticket is there.
std::optional<model::ClusterState> apply_lost_tickets(const model::ClusterState& state);

}  // namespace mainstay::scheduler
