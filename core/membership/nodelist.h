// SPDX-License-Identifier: Apache-2.0
// The nodelist of corosync.conf as the running corosync knows it (cmap).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/view.h"

namespace mainstay::membership {

/// Reads every node that has a nodeid, sorted by id. A node without a name goes by its first
/// address: the same rule on every host. `cmap_handle` is a cmap_handle_t. Blocks while corosync
/// does not answer.
Result<std::vector<model::Node>> read_nodelist(std::uint64_t cmap_handle);

/// One key of cmap; empty if it is not there.
std::string cmap_text(std::uint64_t cmap_handle, const std::string& key);

}  // namespace mainstay::membership
