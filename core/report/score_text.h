// SPDX-License-Identifier: Apache-2.0
// Allocation scores, as crm_simulate --show-scores prints them.
#pragma once

#include <string>

#include "core/model/cluster_state.h"
#include "core/scheduler/place/placement.h"

namespace mainstay::report {

/// "INFINITY", "-INFINITY" or the number.
std::string score_text(int score);

/// One line per score in the order in which they were decided, ending in a newline.
std::string scores_text(const model::ClusterState& state, const scheduler::PlacementTrace& trace);

}  // namespace mainstay::report
