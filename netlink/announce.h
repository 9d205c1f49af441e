// SPDX-License-Identifier: Apache-2.0
// Telling the neighbours where an address lives now: gratuitous ARP (RFC 5227 §3) and unsolicited
// neighbour advertisements (RFC 4861 §7.2.6).
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "netlink/records.h"

namespace mainstay::netlink {

enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

/// The ARP message (without the Ethernet header) by which `ip` is announced to be at `mac`.
std::vector<std::uint8_t> encode_gratuitous_arp(ArpOperation operation, const IpAddress& ip,
                                                const std::vector<std::uint8_t>& mac);

/// The ICMPv6 message (checksum left to the kernel) by which `ip` is announced to be at `mac`.
std::vector<std::uint8_t> encode_neighbour_advertisement(const IpAddress& ip,
                                                         const std::vector<std::uint8_t>& mac);

/// One round: for IPv4 an ARP request and an ARP reply, for IPv6 an advertisement, each to all
/// neighbours. Needs CAP_NET_RAW. A link without a hardware address (loopback, tunnel) is nothing
/// to announce on: success.
Status announce_once(const Link& link, const IpAddress& ip);

}  // namespace mainstay::netlink
