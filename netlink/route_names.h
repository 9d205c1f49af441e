// SPDX-License-Identifier: Apache-2.0
// The words that administrators use for destinations of routes, and for numbers of the routing
// tables and of routes' origins.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlink/ip_address.h"

namespace mainstay::netlink {

/// "kernel", "static", … or a number: names of iproute2's rt_protos that come with every system.
/// Pure.
std::optional<std::uint8_t> protocol_number(std::string_view text);

/// "main", "local", "default", a number, or a name of this host's rt_tables. Reads iproute2's
/// files.
std::optional<std::uint32_t> table_number(std::string_view text);

/// "default" and its synonyms of ip(8).
bool is_default_destination(std::string_view text);

/// "default", an address, or an address with "/length" or "/mask", as ip(8) reads them.
struct Prefix {
  IpAddress address;
  unsigned length = 0;
};
std::optional<Prefix> read_prefix(std::string_view text, Family family);

}  // namespace mainstay::netlink
