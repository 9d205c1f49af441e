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
/// Of an address or a link that is new, different or gone.
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

}  // namespace mainstay::netlink
