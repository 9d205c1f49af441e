// SPDX-License-Identifier: Apache-2.0
// The scheduler as the controller's planner.
#include <pugixml.hpp>

#include "core/controller/plan.h"
#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"

namespace mainstay::controller {

Planner real_planner() {
  return [](const cib::Document& document, WallTime now) -> Result<model::TransitionGraph> {
    const auto state = scheduler::read_cluster_state(document.root(), now);
    if (!state) {
      return state.error();
    }
    return scheduler::schedule(*state);
  };
}

}  // namespace mainstay::controller
