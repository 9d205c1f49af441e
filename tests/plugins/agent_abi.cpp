// SPDX-License-Identifier: Apache-2.0
// What abidw and abidiff look at: all that a plugin's table leads to, and the numbers that it
// holds.
#include "core/agent/mainstay_agent_abi.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT const mainstay::agent::abi::Plugin* agent_table;
const mainstay::agent::abi::Plugin* agent_table = nullptr;
EXPORT mainstay::agent::OcfExitCode agent_exit_code;
mainstay::agent::OcfExitCode agent_exit_code = mainstay::agent::OcfExitCode::success;
EXPORT mainstay::agent::LogSeverity agent_log_severity;
mainstay::agent::LogSeverity agent_log_severity = mainstay::agent::LogSeverity::info;
