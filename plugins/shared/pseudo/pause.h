// SPDX-License-Identifier: Apache-2.0
// Waiting as a part of an action: agents that exist to be slow.
#pragma once

#include <chrono>

#include "core/agent/mainstay_agent.h"

namespace mainstay::pseudo {

/// Waits for that long, but never up to the action's deadline, at which the host and everybody's
/// actions in it would be killed. Fails, as late as possible, where the time does not suffice.
/// `what` begins the reason.
agent::ActionResult pause(const agent::ActionContext& context, std::chrono::milliseconds length,
                          const char* what);

}  // namespace mainstay::pseudo
