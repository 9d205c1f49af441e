// SPDX-License-Identifier: Apache-2.0
// Makes a plan from a replica: the scheduler's graph, given what is in flight. Pure.
#pragma once

#include <functional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/cib/document.h"
#include "core/controller/transition.h"
#include "core/model/transition_graph.h"

namespace mainstay::controller {

/// CIB and time to graph. The default is the real scheduler; tests may give their own.
using Planner = std::function<Result<model::TransitionGraph>(const cib::Document&, WallTime)>;

/// core/scheduler.
Planner real_planner();

/// A stop in flight is wanted still (then the graph asks for it) or it is not; in the second case
/// the plan starts from its success, because it cannot be taken back.
Result<Transition> make_plan(const Planner& planner, const cib::Document& document,
                             const InFlight& in_flight, WallTime now);

}  // namespace mainstay::controller
