// SPDX-License-Identifier: Apache-2.0
// The names that administrators use for numbers of the routing tables and of routes' origins.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mainstay::netlink {

/// "kernel", "static", … or a number: names of iproute2's rt_protos that come with every system.
/// Pure.
std::optional<std::uint8_t> protocol_number(std::string_view text);

/// "main", "local", "default", a number, or a name of this host's rt_tables. Reads iproute2's
/// files.
std::optional<std::uint32_t> table_number(std::string_view text);

}  // namespace mainstay::netlink
