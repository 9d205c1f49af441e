// SPDX-License-Identifier: Apache-2.0
// What Pacemaker's own pseudo agents (ocf:pacemaker:Dummy and Stateful) have in common.
#pragma once

#include "core/agent/mainstay_agent.h"

namespace mainstay::pseudo {

inline constexpr agent::Parameter kEnvironmentFile{
    .name = "envfile",
    .shortdesc = "File for the script's environment",
    .longdesc =
        "The environment of each call is appended to this file. Only a script has one: "
        "it serves the resource if this is set.",
    .default_value = "",
    .reloadable = true};

/// Whether kEnvironmentFile is set; then script_wanted() is the answer to every action.
inline bool needs_script(const agent::ActionContext& context) {
  return !context.parameter(kEnvironmentFile.name).empty();
}

inline agent::ActionResult script_wanted() {
  return agent::ActionResult::decline("envfile: the environment of a script");
}

}  // namespace mainstay::pseudo
