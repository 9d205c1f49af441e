// SPDX-License-Identifier: Apache-2.0
// Messages about addresses and links.
#include "netlink/messages.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <utility>

#include "netlink/attributes.h"

namespace mainstay::netlink {
namespace {

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
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      if (auto route = read_route(header)) {
        return RouteChange{*route, header.nlmsg_type == RTM_DELROUTE};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Message encode_address_dump(Family family, int link) {
  auto message = begin(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP);
  ifaddrmsg fixed{};
  fixed.ifa_family = static_cast<std::uint8_t>(address_family(family));
  fixed.ifa_index = static_cast<std::uint32_t>(link);
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
