// SPDX-License-Identifier: Apache-2.0
// A virtual IP address as it is configured: what decides on its interface. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"

namespace mainstay::network {

/// Where the broadcast address comes from.
enum class BroadcastRule : std::uint8_t {
  from_route,  ///< nothing configured: that of the address which the matched route prefers
  ones,        ///< "+": all host bits set
  zeros,       ///< "-": all host bits cleared
  given
};

struct WantedAddress {
  std::string ip_text;
  std::optional<netlink::IpAddress> ip;  ///< none: `ip_text` is no address
  std::string nic;                       ///< empty: found by route
  std::string netmask_text;
  std::optional<unsigned> prefix;  ///< none: not configured or not valid
  BroadcastRule broadcast_rule = BroadcastRule::from_route;
  std::string broadcast_text;
  std::optional<netlink::IpAddress> broadcast;
  std::optional<std::uint8_t> protocol;  ///< only routes of this origin count

  bool is_ipv4() const { return ip_text.find(':') == std::string::npos; }
};

/// What `start` and `validate-all` ask of address, mask and broadcast; none: nothing is wrong.
std::optional<agent::ActionResult> check_address(const WantedAddress& wanted);

}  // namespace mainstay::network
