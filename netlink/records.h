// SPDX-License-Identifier: Apache-2.0
// Addresses, links and routes as the kernel reports them. Plain values; numbers are those of
// <linux/rtnetlink.h>.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "netlink/ip_address.h"

namespace mainstay::netlink {

/// Lifetime of an address that never ends, in seconds.
inline constexpr std::uint32_t kForever = 0xFFFFFFFF;

/// One address of one interface.
struct Address {
  int link = 0;  ///< interface index
  IpAddress ip = {};
  unsigned prefix = 0;
  std::optional<IpAddress> peer = {};       ///< only when it differs from `ip`
  std::optional<IpAddress> broadcast = {};  ///< IPv4 only
  std::string label = {};   ///< IPv4 only; the kernel sets the interface's name when it is empty
  std::uint32_t flags = 0;  ///< IFA_F_*
  std::uint8_t scope = 0;   ///< RT_SCOPE_*
  std::uint32_t preferred_lft = kForever;  ///< seconds
  std::uint32_t valid_lft = kForever;      ///< seconds
  bool operator==(const Address&) const = default;
};

/// One network interface.
struct Link {
  int index = 0;
  std::string name = {};
  std::vector<std::string> altnames = {};
  std::uint32_t flags = 0;             ///< IFF_*
  std::uint8_t operstate = 0;          ///< IF_OPER_*
  std::uint16_t hardware = 0;          ///< ARPHRD_*
  std::vector<std::uint8_t> mac = {};  ///< hardware address, empty for none
  std::vector<std::uint8_t> mac_broadcast = {};
  bool operator==(const Link&) const = default;
};

/// One route. Multipath routes have no single `link` and carry 0.
struct Route {
  IpAddress destination = {};  ///< all zero for a default route
  unsigned prefix = 0;
  int link = 0;
  std::uint32_t table = 0;
  std::uint8_t type = 0;      ///< RTN_*
  std::uint8_t protocol = 0;  ///< RTPROT_*
  std::uint8_t scope = 0;     ///< RT_SCOPE_*
  std::uint32_t metric = 0;
  std::optional<IpAddress> source = {};  ///< RTA_PREFSRC
  std::optional<IpAddress> gateway = {};
  bool operator==(const Route&) const = default;
};

/// True when the link cannot carry anything: its own state, or that of what it runs on, is "down".
bool is_down(const Link& link) noexcept;

struct AddressChange {
  Address address = {};
  bool gone = false;
  bool operator==(const AddressChange&) const = default;
};
struct LinkChange {
  Link link = {};
  bool gone = false;
  bool operator==(const LinkChange&) const = default;
};
struct RouteChange {
  Route route = {};
  bool gone = false;
  bool operator==(const RouteChange&) const = default;
};
/// More has changed than the kernel could keep for us.
struct Missed {
  bool operator==(const Missed&) const = default;
};
using Change = std::variant<AddressChange, LinkChange, RouteChange, Missed>;

}  // namespace mainstay::netlink
