// SPDX-License-Identifier: Apache-2.0
// LSB init scripts, the class "lsb:": /etc/init.d/NAME as a resource.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/agent/agent_info.h"
#include "ocf-compat/shell_agent.h"

namespace mainstay::ocf {

/// Empty if the name could lead elsewhere.
std::string init_script_path(const Installation& installation, const std::string& type);
bool init_script_exists(const Installation& installation, const std::string& type);
/// Sorted names.
std::vector<std::string> list_init_scripts(const Installation& installation);

/// OCF's word for an init script's exit code: that of "status" has codes of its own (a monitor is
/// one), those of the other actions are numbered alike up to 7 (LSB Core, Init Script Actions).
/// Pure.
agent::OcfExitCode ocf_code_of(std::string_view lsb_action, int lsb_code);

/// As run_shell_action. Init scripts get no parameters and know no OCF variables.
ShellOutcome run_init_script(const agent::AgentCall& call, const Installation& installation,
                             const std::function<void(int)>& on_group, const agent::LogSink& log);

/// By the comment "BEGIN INIT INFO" of a script. Pure.
agent::AgentInfo describe_init_script(const std::string& type, std::string_view script);
/// Of an installed one. Errors: not_found, the operating system's.
Result<agent::AgentInfo> describe_init_script(const Installation& installation,
                                              const std::string& type);

}  // namespace mainstay::ocf
