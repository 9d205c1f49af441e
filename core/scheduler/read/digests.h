// SPDX-License-Identifier: Apache-2.0
// Did the parameters change since an operation ran? Compares its recorded digests with those of
// today's parameters. Private to this folder.
#pragma once

#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

enum class DigestMatch {
  unknown,
  same,
  all_changed,
  restart_changed,
  secrets_changed,  ///< only what is kept secret, which a CIB that was written out masks
};

/// The parameters with which an operation would be run now on this node. The address "#uname" of a
/// connection into a container is the name of the container's host: `host`, or where it is now.
model::Values operation_parameters(const model::ClusterState& state,
                                   const model::Resource& resource, int node, std::string_view task,
                                   Duration interval, int host = -1);

/// Whether its parameters are known only once its container is placed: the address is "#uname".
bool is_named_by_host(const model::Resource& resource, int node);

/// Whether the parameters are known to be others than those the operation ran with.
bool differs(DigestMatch match);

/// What an entry that is forgotten ran with is taken as changed, so that it is run again.
DigestMatch compare_digests(const model::ClusterState& state, const model::Resource& resource,
                            int node, const model::HistoryEntry& entry, int host = -1);

/// Whether a node was unfenced, as its attributes #digests-all and #digests-secure say, by this
/// device with other parameters, or as another agent.
bool unfenced_otherwise(const model::ClusterState& state, const model::Resource& device, int node);

}  // namespace mainstay::scheduler
