// SPDX-License-Identifier: Apache-2.0
// See fenceable.h: the rule of Pacemaker's pe_can_fence.
#include "core/scheduler/read/fenceable.h"

#include <algorithm>

namespace mainstay::scheduler {
namespace {

const model::Resource& container_of(const model::ClusterState& state, int guest) {
  const int connection = state.nodes[static_cast<std::size_t>(guest)].remote_resource;
  const int container = state.resources[static_cast<std::size_t>(connection)].container_index;
  return state.resources[static_cast<std::size_t>(container)];
}

}  // namespace

bool is_guest(const model::ClusterState& state, int node) {
  const int connection = state.nodes[static_cast<std::size_t>(node)].remote_resource;
  return connection >= 0 &&
         state.resources[static_cast<std::size_t>(connection)].container_index >= 0;
}

bool can_fence(const model::ClusterState& state, int node,
               const std::function<bool(int)>& is_online) {
  if (is_guest(state, node)) {
    const auto& hosts = container_of(state, node).running_on;
    return std::all_of(hosts.begin(), hosts.end(), [&](int host) {
      return is_online(host) || can_fence(state, host, is_online);
    });
  }
  const model::ClusterOptions& options = state.options;
  return options.fencing_enabled && (options.have_fencing_device || options.have_watchdog) &&
         (options.have_quorum || options.quorum_policy == model::QuorumPolicy::ignore ||
          is_online(node));
}

}  // namespace mainstay::scheduler
