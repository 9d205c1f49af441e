// SPDX-License-Identifier: Apache-2.0
// Which interface, prefix length and broadcast address belong to a virtual IP address: the rules of
// findif in resource-agents, on values. Pure.
//
// The route to the address decides: of all routes of the main table that hold it (IPv4: directly
// connected ones only), default routes left out, the longest prefix wins, then the lowest metric. A
// prefix longer than the configured one never matches. What is configured (nic, cidr_netmask,
// broadcast) is not overruled.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlink/records.h"
#include "plugins/shared/network/wanted_address.h"

namespace mainstay::network {

struct Choice {
  std::optional<int> link;  ///< none: a nic is configured that does not exist
  unsigned prefix = 0;
  std::optional<netlink::IpAddress> broadcast;
};

/// What the kernel says, read once.
struct Surroundings {
  std::optional<int> nic;  ///< index of the configured nic, if there is such a link
  std::vector<netlink::Route> main_routes;
  std::vector<netlink::Route> local_routes;
  std::vector<netlink::Address> addresses;  ///< those that main_routes prefer as source
};

/// False when nic and prefix are configured; an address that is about to be added (`adding`) also
/// needs its broadcast address, which may depend on the route.
bool needs_route(const WantedAddress& wanted, bool adding);

/// The choice, or why there is none.
std::variant<Choice, std::string> choose_interface(const WantedAddress& wanted,
                                                   const Surroundings& surroundings);

}  // namespace mainstay::network
