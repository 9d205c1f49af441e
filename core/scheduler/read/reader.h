// SPDX-License-Identifier: Apache-2.0
// Reads a CIB into typed values: options, nodes, resources, constraints, and what the history in
// the status section says about each resource.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/cluster_state.h"

namespace pugi {
class xml_node;
}

namespace mainstay::scheduler {

/// `cib` is the <cib> element. `now` is the moment at which rules and expiry are judged. Errors:
/// there is no <cib> element or no configuration. Everything else that is wrong becomes a line of
/// ClusterState::problems. Pure; the tree is not changed. The state's histories
/// (NodeState::history) are views into the tree: schedule() must run before the tree changes or
/// goes.
Result<model::ClusterState> read_cluster_state(pugi::xml_node cib, WallTime now);

/// The CIB's own execution-date, for simulations.
std::optional<WallTime> execution_date(pugi::xml_node cib);

/// ISO 8601, as an argument of a simulation gives it.
std::optional<WallTime> parse_time(const std::string& text);

}  // namespace mainstay::scheduler
