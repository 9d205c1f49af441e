// SPDX-License-Identifier: Apache-2.0
// Attributes of rtnetlink messages, by libnl-3.
#include "netlink/messages.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

#include "core/base/check.h"

namespace mainstay::netlink {
namespace {

template <int kLast>
using Attributes = std::array<nlattr*, static_cast<std::size_t>(kLast) + 1>;

/// The fixed part and the attributes of a message; none when it is cut short. libnl reads, but
/// takes no const.
template <class Fixed, int kLast>
const Fixed* parse(const nlmsghdr& header, Attributes<kLast>& attributes) {
  auto* raw = const_cast<nlmsghdr*>(&header);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  if (nlmsg_parse(raw, sizeof(Fixed), attributes.data(), kLast, nullptr) < 0) {
    return nullptr;
  }
  return static_cast<const Fixed*>(nlmsg_data(raw));
}

std::optional<IpAddress> read_ip(const nlattr* attribute) {
  if (attribute == nullptr) {
    return std::nullopt;
  }
  return IpAddress::from_bytes(nla_data(attribute), static_cast<std::size_t>(nla_len(attribute)));
}

std::optional<std::uint32_t> read_u32(const nlattr* attribute) {
  if (attribute == nullptr || nla_len(attribute) < static_cast<int>(sizeof(std::uint32_t))) {
    return std::nullopt;
  }
  return nla_get_u32(attribute);
}

std::string read_text(const nlattr* attribute) {
  if (attribute == nullptr) {
    return {};
  }
  const auto* text = static_cast<const char*>(nla_data(attribute));
  return {text, strnlen(text, static_cast<std::size_t>(nla_len(attribute)))};
}

std::vector<std::uint8_t> read_bytes(const nlattr* attribute) {
  if (attribute == nullptr) {
    return {};
  }
  const auto* data = static_cast<const std::uint8_t*>(nla_data(attribute));
  return {data, data + nla_len(attribute)};
}

std::vector<std::string> read_altnames(nlattr* list) {
  std::vector<std::string> names;
  if (list == nullptr) {
    return names;
  }
  int remaining = nla_len(list);
  for (auto* entry = static_cast<nlattr*>(nla_data(list)); nla_ok(entry, remaining) != 0;
       entry = nla_next(entry, &remaining)) {
    if (nla_type(entry) == IFLA_ALT_IFNAME) {
      names.push_back(read_text(entry));
    }
  }
  return names;
}

Message begin(int type, int flags) {
  Message message(nlmsg_alloc_simple(type, flags));
  MAINSTAY_CHECK(message != nullptr);
  return message;
}

/// Fails only when a message outgrows its page, which ours cannot.
template <class Fixed>
void append(const Message& message, Fixed fixed) {
  MAINSTAY_CHECK(nlmsg_append(message.get(), &fixed, sizeof fixed, NLMSG_ALIGNTO) == 0);
}

void put(const Message& message, int type, const void* data, std::size_t size) {
  MAINSTAY_CHECK(nla_put(message.get(), type, static_cast<int>(size), data) == 0);
}

void put_ip(const Message& message, int type, const IpAddress& ip) {
  put(message, type, ip.bytes().data(), ip.size());
}

void put_text(const Message& message, int type, const std::string& text) {
  put(message, type, text.c_str(), text.size() + 1);
}

ifaddrmsg fixed_part(const Address& address) {
  ifaddrmsg fixed{};
  fixed.ifa_family = static_cast<std::uint8_t>(address_family(address.ip.family()));
  fixed.ifa_prefixlen = static_cast<std::uint8_t>(address.prefix);
  fixed.ifa_flags = static_cast<std::uint8_t>(address.flags & 0xFFU);
  fixed.ifa_scope = address.scope;
  fixed.ifa_index = static_cast<std::uint32_t>(address.link);
  return fixed;
}

}  // namespace

void MessageDeleter::operator()(nl_msg* message) const noexcept {
  nlmsg_free(message);
}

namespace {

std::optional<Address> read_address(const nlmsghdr& header) {
  Attributes<IFA_MAX> attributes{};
  const auto* fixed = parse<ifaddrmsg, IFA_MAX>(header, attributes);
  if (fixed == nullptr) {
    return std::nullopt;
  }
  // IFA_ADDRESS is the peer on a point-to-point link; IFA_LOCAL, if sent, is always ours.
  const auto far = read_ip(attributes[IFA_ADDRESS]);
  const auto near = attributes[IFA_LOCAL] != nullptr ? read_ip(attributes[IFA_LOCAL]) : far;
  if (!near) {
    return std::nullopt;
  }
  Address address;
  address.link = static_cast<int>(fixed->ifa_index);
  address.ip = *near;
  address.prefix = fixed->ifa_prefixlen;
  if (far && *far != *near) {
    address.peer = far;
  }
  address.broadcast = read_ip(attributes[IFA_BROADCAST]);
  address.label = read_text(attributes[IFA_LABEL]);
  address.flags = read_u32(attributes[IFA_FLAGS]).value_or(fixed->ifa_flags);
  address.scope = fixed->ifa_scope;
  const nlattr* lifetimes = attributes[IFA_CACHEINFO];
  if (lifetimes != nullptr && nla_len(lifetimes) >= static_cast<int>(sizeof(ifa_cacheinfo))) {
    ifa_cacheinfo info{};
    std::memcpy(&info, nla_data(lifetimes), sizeof info);
    address.preferred_lft = info.ifa_prefered;
    address.valid_lft = info.ifa_valid;
  }
  return address;
}

std::optional<Link> read_link(const nlmsghdr& header) {
  Attributes<IFLA_MAX> attributes{};
  const auto* fixed = parse<ifinfomsg, IFLA_MAX>(header, attributes);
  if (fixed == nullptr) {
    return std::nullopt;
  }
  Link link;
  link.index = fixed->ifi_index;
  link.name = read_text(attributes[IFLA_IFNAME]);
  link.altnames = read_altnames(attributes[IFLA_PROP_LIST]);
  link.flags = fixed->ifi_flags;
  link.hardware = fixed->ifi_type;
  if (attributes[IFLA_OPERSTATE] != nullptr) {
    link.operstate = nla_get_u8(attributes[IFLA_OPERSTATE]);
  }
  link.mac = read_bytes(attributes[IFLA_ADDRESS]);
  link.mac_broadcast = read_bytes(attributes[IFLA_BROADCAST]);
  return link;
}

}  // namespace

std::optional<Address> decode_address(const nlmsghdr& header) {
  return header.nlmsg_type == RTM_NEWADDR ? read_address(header) : std::nullopt;
}

std::optional<Link> decode_link(const nlmsghdr& header) {
  return header.nlmsg_type == RTM_NEWLINK ? read_link(header) : std::nullopt;
}

std::optional<Change> decode_change(const nlmsghdr& header) {
  switch (header.nlmsg_type) {
    case RTM_NEWADDR:
    case RTM_DELADDR:
      if (auto address = read_address(header)) {
        return AddressChange{std::move(*address), header.nlmsg_type == RTM_DELADDR};
      }
      return std::nullopt;
    case RTM_NEWLINK:
    case RTM_DELLINK:
      if (auto link = read_link(header)) {
        return LinkChange{std::move(*link), header.nlmsg_type == RTM_DELLINK};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Route> decode_route(const nlmsghdr& header) {
  Attributes<RTA_MAX> attributes{};
  const auto* fixed = parse<rtmsg, RTA_MAX>(header, attributes);
  if (header.nlmsg_type != RTM_NEWROUTE || fixed == nullptr ||
      (fixed->rtm_family != AF_INET && fixed->rtm_family != AF_INET6) ||
      (fixed->rtm_flags & RTM_F_CLONED) != 0) {
    return std::nullopt;
  }
  Route route;
  const Family family = fixed->rtm_family == AF_INET ? Family::inet : Family::inet6;
  route.destination = read_ip(attributes[RTA_DST]).value_or(IpAddress(family, {}));
  route.prefix = fixed->rtm_dst_len;
  route.link = static_cast<int>(read_u32(attributes[RTA_OIF]).value_or(0));
  route.table = read_u32(attributes[RTA_TABLE]).value_or(fixed->rtm_table);
  route.type = fixed->rtm_type;
  route.protocol = fixed->rtm_protocol;
  route.scope = fixed->rtm_scope;
  route.metric = read_u32(attributes[RTA_PRIORITY]).value_or(0);
  route.source = read_ip(attributes[RTA_PREFSRC]);
  return route;
}

Message encode_address_dump(Family family, int link) {
  auto message = begin(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP);
  ifaddrmsg fixed{};
  fixed.ifa_family = static_cast<std::uint8_t>(address_family(family));
  fixed.ifa_index = static_cast<std::uint32_t>(link);
  append(message, fixed);
  return message;
}

Message encode_route_dump(Family family, std::uint32_t table) {
  auto message = begin(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
  rtmsg fixed{};
  fixed.rtm_family = static_cast<std::uint8_t>(address_family(family));
  fixed.rtm_table = static_cast<std::uint8_t>(table);
  append(message, fixed);
  return message;
}

Message encode_link_query(int index) {
  auto message = begin(RTM_GETLINK, NLM_F_REQUEST);
  ifinfomsg fixed{};
  fixed.ifi_index = index;
  append(message, fixed);
  const std::uint32_t mask = RTEXT_FILTER_SKIP_STATS;
  put(message, IFLA_EXT_MASK, &mask, sizeof mask);
  return message;
}

Message encode_link_query(const std::string& alternative_name) {
  auto message = encode_link_query(0);
  put_text(message, IFLA_ALT_IFNAME, alternative_name);
  return message;
}

Message encode_address_addition(const Address& address) {
  auto message = begin(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
  append(message, fixed_part(address));
  put_ip(message, IFA_LOCAL, address.ip);
  put_ip(message, IFA_ADDRESS, address.peer.value_or(address.ip));
  if (address.broadcast) {
    put_ip(message, IFA_BROADCAST, *address.broadcast);
  }
  if (!address.label.empty()) {
    put_text(message, IFA_LABEL, address.label);
  }
  if (address.flags != 0) {
    put(message, IFA_FLAGS, &address.flags, sizeof address.flags);
  }
  if (address.preferred_lft != kForever || address.valid_lft != kForever) {
    ifa_cacheinfo info{};
    info.ifa_prefered = address.preferred_lft;
    info.ifa_valid = address.valid_lft;
    put(message, IFA_CACHEINFO, &info, sizeof info);
  }
  return message;
}

Message encode_address_removal(const Address& address) {
  auto message = begin(RTM_DELADDR, NLM_F_REQUEST);
  append(message, fixed_part(address));
  put_ip(message, IFA_LOCAL, address.ip);
  put_ip(message, IFA_ADDRESS, address.peer.value_or(address.ip));
  return message;
}

Message encode_link_up(int index) {
  auto message = begin(RTM_NEWLINK, NLM_F_REQUEST);
  ifinfomsg fixed{};
  fixed.ifi_index = index;
  fixed.ifi_flags = IFF_UP;
  fixed.ifi_change = IFF_UP;
  append(message, fixed);
  return message;
}

}  // namespace mainstay::netlink
