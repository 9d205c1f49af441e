// SPDX-License-Identifier: Apache-2.0
// Route's parameters as typed settings. Reads the action's parameters, and iproute2's table names.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"

namespace mainstay::route {

struct Settings {
  bool is_complete = false;  ///< a destination, and a device or a gateway
  std::string device;        ///< empty: not configured
  netlink::Route route;      ///< without the device's number
};

/// Settings, or a decline of what only ip(8) can read: the script is to serve it.
std::variant<Settings, agent::ActionResult> read_settings(const agent::ActionContext& context);

/// What `start` and `validate-all` complain about before the kernel is asked.
std::optional<agent::ActionResult> check(const agent::ActionContext& context,
                                         const Settings& settings);

}  // namespace mainstay::route
