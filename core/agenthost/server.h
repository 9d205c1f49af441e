// SPDX-License-Identifier: Apache-2.0
// The serving loop of an agent host: frames in, actions on worker threads, frames out.
#pragma once

#include "core/agenthost/action_runner.h"
#include "core/base/unique_fd.h"

namespace mainstay::agenthost {

/// At most so many actions at once; further frames wait in the socket.
inline constexpr std::size_t kMaxWorkers = 128;

/// Serves until the peer closes the socket, then ends the process groups of the actions that still
/// run and leaves the process by _exit: a worker may be blocked in an agent for good.
[[noreturn]] void serve(const UniqueFd& socket, ActionRunner& runner);

/// Threading: any.
void send_frame(const UniqueFd& socket, const executor::Frame& frame);

/// Tells the peer why there will be no service.
void refuse(const UniqueFd& socket, const std::string& reason);

}  // namespace mainstay::agenthost
