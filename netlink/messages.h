// SPDX-License-Identifier: Apache-2.0
// rtnetlink messages from and to values. Pure: no socket, no clock.
// Errors: decoding answers none for a message of another type or one that is too short; the kernel
// sends neither.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "netlink/records.h"

struct nl_msg;

namespace mainstay::netlink {

struct MessageDeleter {
  void operator()(nl_msg* message) const noexcept;
};
/// A message under construction, owned.
using Message = std::unique_ptr<nl_msg, MessageDeleter>;

std::optional<Address> decode_address(const nlmsghdr& header);
std::optional<Link> decode_link(const nlmsghdr& header);
std::optional<Route> decode_route(const nlmsghdr& header);
/// Of an address, a link or a route that is new, different or gone.
std::optional<Change> decode_change(const nlmsghdr& header);

/// "List all addresses (of one link when it is not 0), or all routes of one table".
Message encode_address_dump(Family family, int link);
Message encode_route_dump(Family family, std::uint32_t table);

/// "Describe one link", by number or by alternative name.
Message encode_link_query(int index);
Message encode_link_query(const std::string& alternative_name);

/// Adding fails with EEXIST when the link has that address.
Message encode_address_addition(const Address& address);
Message encode_address_removal(const Address& address);
Message encode_link_up(int index);

/// How a new route stands to one of the same destination, table and metric.
enum class RouteWrite : std::uint8_t { add, replace };
/// Adding fails with EEXIST when there is one; replacing does not mind whether there is.
Message encode_route(const Route& route, RouteWrite write);
/// Removes the first that fits; what is not set in `route` (but the table) fits all.
Message encode_route_removal(const Route& route);
/// "Which way does a packet to this address go?"
Message encode_route_lookup(const IpAddress& destination);
/// A route as the kernel listed it, to be replaced by itself with another preferred source and all
/// its other properties; none for a message of another type.
Message encode_other_source(const nlmsghdr& listed, const IpAddress& source);

}  // namespace mainstay::netlink
