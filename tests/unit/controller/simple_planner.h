// SPDX-License-Identifier: Apache-2.0
// A planner that knows primitives, probes, target-role and shutdown and nothing more, so that the
// controller can be tested alone. Each resource goes to the online node of the lowest name.
#pragma once

#include "core/controller/plan.h"

namespace mainstay::simulation {

controller::Planner simple_planner();

/// A configuration with these primitives, each with a 10 s monitor.
std::string simple_cib(const std::vector<std::string>& primitives);

}  // namespace mainstay::simulation
