// SPDX-License-Identifier: Apache-2.0
// Whether the address is there, and what it is to look like.
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>

#include "plugins/ipaddr2/ipaddr2_agent.h"

namespace mainstay::ipaddr2 {
namespace {

using netlink::Family;

/// FreeS/WAN's twins of real interfaces never count.
bool is_ipsec_twin(const std::string& name) {
  return name.size() > 5 && name.starts_with("ipsec") &&
         std::all_of(name.begin() + 5, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<std::optional<netlink::Address>> Ipaddr2Agent::find_address(const Target& target) {
  if (!target.link || !target.settings.ip || is_ipsec_twin(target.link->name)) {
    return std::optional<netlink::Address>();
  }
  auto addresses = target.netlink->addresses_of(*target.settings.ip, target.link->index);
  if (!addresses) {
    return addresses.error();
  }
  for (const netlink::Address& address : *addresses) {
    if (address.prefix == target.choice.prefix && !address.peer) {
      return std::optional(address);
    }
  }
  return std::optional<netlink::Address>();
}

Result<Ipaddr2Agent::Served> Ipaddr2Agent::served(const Target& target) {
  auto found = find_address(target);
  if (!found) {
    return found.error();
  }
  if (!*found) {
    return Served::no;
  }
  if (!target.label.empty() && (*found)->ip.family() == Family::inet &&
      (*found)->label != target.label) {
    return Served::label_missing;
  }
  if (target.settings.check_link_status && netlink::is_down(*target.link)) {
    return Served::down;
  }
  return Served::ok;
}

netlink::Address Ipaddr2Agent::wanted_address(const Target& target) {
  netlink::Address address;
  address.link = target.link->index;
  address.ip = *target.settings.ip;
  address.prefix = target.choice.prefix;
  address.broadcast = target.choice.broadcast;
  address.scope = address.ip.family() == Family::inet && address.ip.is_loopback()
                      ? RT_SCOPE_HOST
                      : RT_SCOPE_UNIVERSE;
  if (target.settings.noprefixroute) {
    address.flags |= IFA_F_NOPREFIXROUTE;
  }
  if (address.ip.family() == Family::inet6) {
    if (target.settings.nodad) {
      address.flags |= IFA_F_NODAD;
    }
    address.preferred_lft = target.settings.preferred_lft;
  } else {
    address.label = target.label;
  }
  return address;
}

}  // namespace mainstay::ipaddr2
