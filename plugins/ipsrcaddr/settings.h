// SPDX-License-Identifier: Apache-2.0
// IPsrcaddr's parameters as typed settings. Reads the action's parameters, and iproute2's table
// names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"
#include "plugins/shared/network/wanted_address.h"

namespace mainstay::ipsrcaddr {

struct Settings {
  netlink::IpAddress address;
  network::WantedAddress search;  ///< for the interface that serves it
  bool is_default = true;         ///< no destination but the default route
  netlink::IpAddress destination;
  unsigned destination_prefix = 0;
  std::optional<std::uint8_t> protocol;
  std::optional<std::uint32_t> metric;
  std::uint32_t table = 0;
};

/// Settings, or the answer that ends the action: a complaint (a stop is done then, as there is
/// nothing that could have been started) or a decline.
std::variant<Settings, agent::ActionResult> read_settings(const agent::ActionContext& context);

}  // namespace mainstay::ipsrcaddr
