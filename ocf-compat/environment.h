// SPDX-License-Identifier: Apache-2.0
// The environment that an OCF shell agent is run with. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/agent/agent_call.h"
#include "core/agent/agent_info.h"

namespace mainstay::ocf {

struct Installation {
  std::string root = "/usr/lib/ocf";  ///< OCF_ROOT
  std::string init_directory = "/etc/init.d";
  std::string log_facility = "daemon";
  /// Where the commands of Pacemaker are that agents call; empty: wherever PATH leads.
  std::string tools;
};

/// "NAME=value" strings, sorted: OCF API 1.1 and what Pacemaker adds to it. `inherited` are
/// variables of our own environment ("PATH=…") that are passed on unless the list sets them.
std::vector<std::string> environment(const agent::AgentCall& call, const Installation& installation,
                                     const std::vector<std::string>& inherited);

/// The way back: the action that a cluster manager asks of an OCF executable, which is this
/// process, by its environment. The deadline is left for the caller.
agent::AgentCall call_of(const std::string& action, const agent::AgentInfo& info,
                         const std::vector<std::string>& environment);

/// The variables of this process that an agent may see: PATH, HOME, TZ and the like, not what
/// systemd or a login put there.
std::vector<std::string> inheritable_environment();

}  // namespace mainstay::ocf
