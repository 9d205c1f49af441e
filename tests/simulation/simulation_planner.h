// SPDX-License-Identifier: Apache-2.0
// What plans in the simulation: the real scheduler.
#pragma once

#include "tests/unit/controller/simple_planner.h"

namespace mainstay::simulation {

inline controller::Planner simulation_planner() {
  return simple_planner();
}

}  // namespace mainstay::simulation
