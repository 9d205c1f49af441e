// SPDX-License-Identifier: Apache-2.0
// The route that decides, and what follows from it.
#include "plugins/shared/network/interface_choice.h"

#include <linux/rtnetlink.h>

namespace mainstay::network {
namespace {

using netlink::Family;
using netlink::IpAddress;
using netlink::Route;

bool holds(const Route& route, const WantedAddress& wanted, const IpAddress& ip) {
  const unsigned longest = wanted.prefix.value_or(netlink::bit_length(ip.family()));
  return route.link != 0 && route.type == RTN_UNICAST && route.prefix > 0 &&
         route.prefix <= longest && netlink::share_prefix(route.destination, ip, route.prefix);
}

bool is_better(const Route& left, const Route& right) {
  return left.prefix != right.prefix ? left.prefix > right.prefix : left.metric < right.metric;
}

const Route* find_route(const WantedAddress& wanted, const Surroundings& surroundings,
                        const IpAddress& ip) {
  if (!wanted.nic.empty() && !surroundings.nic) {
    return nullptr;
  }
  const Route* best = nullptr;
  for (const Route& route : surroundings.main_routes) {
    const bool connected = ip.family() == Family::inet6 || route.scope == RT_SCOPE_LINK;
    const bool on_nic = wanted.nic.empty() || route.link == *surroundings.nic;
    const bool of_origin = !wanted.protocol || route.protocol == *wanted.protocol;
    if (connected && on_nic && of_origin && holds(route, wanted, ip) &&
        (best == nullptr || is_better(route, *best))) {
      best = &route;
    }
  }
  return best;
}

/// 127.0.0.0/8 is only in the table "local".
const Route* find_loopback_route(const Surroundings& surroundings, const IpAddress& ip) {
  for (const Route& route : surroundings.local_routes) {
    if (route.type == RTN_LOCAL && route.prefix > 0 && route.prefix < 32 &&
        netlink::share_prefix(route.destination, ip, route.prefix)) {
      return &route;
    }
  }
  return nullptr;
}

std::optional<IpAddress> broadcast_of(const Surroundings& surroundings, const Route* route) {
  if (route == nullptr || !route->source) {
    return std::nullopt;
  }
  for (const netlink::Address& address : surroundings.addresses) {
    if (address.ip == *route->source) {
      return address.broadcast;
    }
  }
  return std::nullopt;
}

std::optional<IpAddress> choose_broadcast(const WantedAddress& wanted,
                                          const Surroundings& surroundings, const Route* route,
                                          const IpAddress& ip, unsigned prefix) {
  switch (wanted.broadcast_rule) {
    case BroadcastRule::from_route:
      return ip.family() == Family::inet ? broadcast_of(surroundings, route) : std::nullopt;
    case BroadcastRule::given:
      return wanted.broadcast;
    case BroadcastRule::ones:
    case BroadcastRule::zeros:
      break;
  }
  // A /31 or /32 has no broadcast address.
  if (ip.family() != Family::inet || prefix > 30) {
    return std::nullopt;
  }
  return netlink::with_host_bits(ip, prefix, wanted.broadcast_rule == BroadcastRule::ones);
}

}  // namespace

bool needs_route(const WantedAddress& wanted, bool adding) {
  const bool for_broadcast =
      adding && wanted.broadcast_rule == BroadcastRule::from_route && wanted.is_ipv4();
  return wanted.nic.empty() || !wanted.prefix || for_broadcast;
}

std::variant<Choice, std::string> choose_interface(const WantedAddress& wanted,
                                                   const Surroundings& surroundings) {
  const bool mask_configured = !wanted.netmask_text.empty();
  if (!wanted.ip || (mask_configured && !wanted.prefix)) {
    // Nothing matches an address or a mask that is none; nothing can be served with it either.
    if (wanted.nic.empty() || !mask_configured) {
      return "Unable to find nic or netmask.";
    }
    return Choice{};
  }
  const IpAddress& ip = *wanted.ip;
  const Route* route = find_route(wanted, surroundings, ip);
  if (route == nullptr && ip.family() == Family::inet && ip.is_loopback()) {
    route = find_loopback_route(surroundings, ip);
  }
  Choice choice;
  if (wanted.nic.empty() || !wanted.prefix) {
    if (route == nullptr) {
      return "Unable to find nic or netmask.";
    }
    if (ip.family() == Family::inet && route->prefix == 32 && !wanted.prefix) {
      return "Unable to find cidr_netmask.";
    }
  }
  choice.link = wanted.nic.empty() ? std::optional(route->link) : surroundings.nic;
  choice.prefix = wanted.prefix ? *wanted.prefix : route->prefix;
  choice.broadcast = choose_broadcast(wanted, surroundings, route, ip, choice.prefix);
  return choice;
}

}  // namespace mainstay::network
