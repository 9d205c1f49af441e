// SPDX-License-Identifier: Apache-2.0
// Hears from systemd when a unit leaves its active state, and when somebody's job for it ends: one
// bus connection for all units of the process.
#pragma once

#include <string>

#include "core/agent/mainstay_agent.h"

namespace mainstay::systemd {

/// Begins to watch a unit. Threading: any. Takes a few round trips on the bus, at most a few
/// seconds.
agent::WatchStart watch_unit(const std::string& unit, const agent::Watcher& watcher);

}  // namespace mainstay::systemd
