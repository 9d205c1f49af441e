// SPDX-License-Identifier: Apache-2.0
// Carries out a transition graph on a copy of a CIB, as if every action succeeded at once.
#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/model/transition_graph.h"

namespace pugi {
class xml_node;
}

namespace mainstay::scheduler {

struct SimulationResult {
  std::vector<int> fired;  ///< indices of the graph's actions in the order in which they ran
  bool finished = true;    ///< false: some could never start
};

/// `cib` is the <cib> element of the copy; its status section is changed, as of `now`. Pure
/// otherwise.
SimulationResult simulate(pugi::xml_node cib, const model::TransitionGraph& graph, WallTime now);

}  // namespace mainstay::scheduler
