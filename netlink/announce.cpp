// SPDX-License-Identifier: Apache-2.0
// Packets of ARP and of neighbour discovery, and the sockets that send them.
#include "netlink/announce.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "core/base/unique_fd.h"

namespace mainstay::netlink {
namespace {

void push_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8U));
  out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void push_bytes(std::vector<std::uint8_t>& out, const std::uint8_t* data, std::size_t size) {
  out.insert(out.end(), data, data + size);
}

template <class SocketAddress>
Status send(int fd, const std::vector<std::uint8_t>& packet, const SocketAddress& to,
            const char* what) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets interface is made so
  const auto* address = reinterpret_cast<const sockaddr*>(&to);
  if (::sendto(fd, packet.data(), packet.size(), 0, address, sizeof to) < 0) {
    return fail_errno(what);
  }
  return Done{};
}

Status send_arp(const Link& link, const IpAddress& ip) {
  const UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) {
    return fail_errno("open a packet socket");
  }
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_ARP);
  to.sll_ifindex = link.index;
  to.sll_halen = static_cast<unsigned char>(std::min(link.mac.size(), sizeof to.sll_addr));
  std::memset(static_cast<void*>(to.sll_addr), 0xFF, sizeof to.sll_addr);
  if (link.mac_broadcast.size() == link.mac.size()) {
    std::memcpy(static_cast<void*>(to.sll_addr), link.mac_broadcast.data(), to.sll_halen);
  }
  // Some neighbours learn from the request only, some from the reply only.
  for (const auto operation : {ArpOperation::request, ArpOperation::reply}) {
    auto sent = send(fd.get(), encode_gratuitous_arp(operation, ip, link.mac), to, "send ARP");
    if (!sent) {
      return sent;
    }
  }
  return Done{};
}

Status send_advertisement(const Link& link, const IpAddress& ip) {
  const UniqueFd fd(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
  if (!fd) {
    return fail_errno("open an ICMPv6 socket");
  }
  sockaddr_in6 from{};
  from.sin6_family = AF_INET6;
  from.sin6_scope_id = static_cast<std::uint32_t>(link.index);
  std::memcpy(&from.sin6_addr, ip.bytes().data(), sizeof from.sin6_addr);
  // Receivers drop advertisements whose hop limit is not 255 (RFC 4861 §7.1.2).
  const int hops = 255;
  if (::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) != 0 ||
      ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_MULTICAST_IF, &link.index, sizeof link.index) !=
          0 ||
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets interface is made
      // so
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
    return fail_errno("prepare an ICMPv6 socket");
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_scope_id = static_cast<std::uint32_t>(link.index);
  inet_pton(AF_INET6, "ff02::1", &to.sin6_addr);
  return send(fd.get(), encode_neighbour_advertisement(ip, link.mac), to,
              "send neighbour advertisement");
}

}  // namespace

std::vector<std::uint8_t> encode_gratuitous_arp(ArpOperation operation, const IpAddress& ip,
                                                const std::vector<std::uint8_t>& mac) {
  std::vector<std::uint8_t> packet;
  push_u16(packet, ARPHRD_ETHER);
  push_u16(packet, ETH_P_IP);
  packet.push_back(static_cast<std::uint8_t>(mac.size()));
  packet.push_back(4);
  push_u16(packet, static_cast<std::uint16_t>(operation));
  push_bytes(packet, mac.data(), mac.size());
  push_bytes(packet, ip.bytes().data(), 4);
  const std::vector<std::uint8_t> everyone(mac.size(), 0xFF);
  push_bytes(packet, everyone.data(), everyone.size());
  push_bytes(packet, ip.bytes().data(), 4);
  return packet;
}

std::vector<std::uint8_t> encode_neighbour_advertisement(const IpAddress& ip,
                                                         const std::vector<std::uint8_t>& mac) {
  constexpr std::uint8_t kOverride = 0x20;
  std::vector<std::uint8_t> packet{ND_NEIGHBOR_ADVERT, 0, 0, 0, kOverride, 0, 0, 0};
  push_bytes(packet, ip.bytes().data(), 16);
  // Option "target link-layer address"; its length counts in units of eight bytes.
  packet.push_back(ND_OPT_TARGET_LINKADDR);
  packet.push_back(static_cast<std::uint8_t>((2 + mac.size() + 7) / 8));
  push_bytes(packet, mac.data(), mac.size());
  packet.resize((packet.size() + 7) / 8 * 8);
  return packet;
}

Status announce_once(const Link& link, const IpAddress& ip) {
  if ((link.flags & IFF_LOOPBACK) != 0 || link.mac.empty() || link.hardware != ARPHRD_ETHER) {
    return Done{};
  }
  return ip.family() == Family::inet ? send_arp(link, ip) : send_advertisement(link, ip);
}

}  // namespace mainstay::netlink
