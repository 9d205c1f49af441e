// SPDX-License-Identifier: Apache-2.0
// A native agent as the daemon has it: in an agent host of its own, with the capabilities that its
// plugin declares and no others.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/agent/agent_call.h"
#include "core/executor/agent_executor.h"

namespace mainstay::parity {

/// In place of an exit code.
constexpr int kTimedOut = -2;

class HostedResource {
 public:
  /// Parameters, meta attributes and name are the call's. `attributes`: where the node's go.
  HostedResource(const std::string& plugin_file, agent::AgentCall call,
                 agent::AttributeSink attributes);

  /// "probe" is a monitor that does not recur. The exit code; declined if the agent leaves it to
  /// the script, kTimedOut if it was not done in time.
  int code(const std::string& action, int check_level);

 private:
  agent::AgentCall call_;
  boost::asio::io_context reactor_;
  executor::TimerService timers_{reactor_};
  std::optional<executor::AgentExecutor> executor_;
  std::uint64_t last_ = 0;
};

}  // namespace mainstay::parity
