// SPDX-License-Identifier: Apache-2.0
// OCF resource agent scripts: running their actions, finding them, reading what they say of
// themselves.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/agent/agent_call.h"
#include "core/agent/agent_info.h"
#include "core/base/result.h"
#include "ocf-compat/environment.h"

namespace mainstay::ocf {

struct ShellOutcome {
  bool timed_out = false;
  agent::ActionResult result;
};

/// A path component, not a path: names come from the CIB.
bool is_file_name(const std::string& name);
bool is_executable_file(const std::string& path);

/// Where a script is: ROOT/resource.d/PROVIDER/TYPE. Empty if the names could lead elsewhere.
std::string script_path(const Installation& installation, const std::string& provider,
                        const std::string& type);
bool script_exists(const Installation& installation, const std::string& provider,
                   const std::string& type);

/// Every script, as PROVIDER and TYPE, sorted.
std::vector<std::pair<std::string, std::string>> list_scripts(const Installation& installation);

/// Runs one action; blocks until it ended or, at call.timeout, was ended. The reason is the
/// script's last exit reason; what else it writes to stderr goes to the log, bounded. A script that
/// cannot be run is err_installed. Threading: any thread.
ShellOutcome run_shell_action(const agent::AgentCall& call, const Installation& installation,
                              const std::function<void(int)>& on_group, const agent::LogSink& log);

/// Asks the script for its meta-data and reads it.
Result<agent::AgentInfo> describe_script(const Installation& installation,
                                         const std::string& provider, const std::string& type);
/// As above, as the script printed it.
Result<std::string> script_metadata(const Installation& installation, const std::string& provider,
                                    const std::string& type);

}  // namespace mainstay::ocf
