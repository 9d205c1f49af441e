// SPDX-License-Identifier: Apache-2.0
// Which nodes can be fenced at all.
#pragma once

#include <functional>

#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

/// Whether a node is a guest: a remote node in a container that the cluster manages.
bool is_guest(const model::ClusterState& state, int node);

/// A guest is fenced by stopping its container, which can be done where that is online or can be
/// fenced itself. Any other node needs a device (or the watchdog), and either quorum or to be
/// online. `is_online` is asked instead of the state, as plans foresee more.
bool can_fence(const model::ClusterState& state, int node,
               const std::function<bool(int)>& is_online);

}  // namespace mainstay::scheduler
