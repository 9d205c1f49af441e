// SPDX-License-Identifier: Apache-2.0
// Messages about routes.
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "netlink/attributes.h"
#include "netlink/messages.h"

namespace mainstay::netlink {
namespace {

void put_u32(const Message& message, int type, std::uint32_t value) {
  put(message, type, &value, sizeof value);
}

rtmsg fixed_part(const Route& route) {
  rtmsg fixed{};
  fixed.rtm_family = static_cast<std::uint8_t>(address_family(route.destination.family()));
  fixed.rtm_dst_len = static_cast<std::uint8_t>(route.prefix);
  fixed.rtm_table = route.table < 256 ? static_cast<std::uint8_t>(route.table)
                                      : static_cast<std::uint8_t>(RT_TABLE_UNSPEC);
  fixed.rtm_protocol = route.protocol;
  fixed.rtm_scope = route.scope;
  fixed.rtm_type = route.type;
  return fixed;
}

void put_properties(const Message& message, const Route& route) {
  if (route.prefix != 0) {
    put_ip(message, RTA_DST, route.destination);
  }
  if (route.table >= 256) {
    put_u32(message, RTA_TABLE, route.table);
  }
  if (route.link != 0) {
    put_u32(message, RTA_OIF, static_cast<std::uint32_t>(route.link));
  }
  if (route.gateway) {
    put_ip(message, RTA_GATEWAY, *route.gateway);
  }
  if (route.source) {
    put_ip(message, RTA_PREFSRC, *route.source);
  }
  if (route.metric != 0) {
    put_u32(message, RTA_PRIORITY, route.metric);
  }
}

}  // namespace

std::optional<Route> read_route(const nlmsghdr& header) {
  Attributes<RTA_MAX> attributes{};
  const auto* fixed = parse<rtmsg, RTA_MAX>(header, attributes);
  if (fixed == nullptr || (fixed->rtm_family != AF_INET && fixed->rtm_family != AF_INET6) ||
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
  route.gateway = read_ip(attributes[RTA_GATEWAY]);
  return route;
}

std::optional<Route> decode_route(const nlmsghdr& header) {
  return header.nlmsg_type == RTM_NEWROUTE ? read_route(header) : std::nullopt;
}

Message encode_route_dump(Family family, std::uint32_t table) {
  auto message = begin(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
  rtmsg fixed{};
  fixed.rtm_family = static_cast<std::uint8_t>(address_family(family));
  append(message, fixed);
  put_u32(message, RTA_TABLE, table);
  return message;
}

Message encode_route(const Route& route, RouteWrite write) {
  const int how = write == RouteWrite::add ? NLM_F_EXCL : NLM_F_REPLACE;
  auto message = begin(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | how);
  append(message, fixed_part(route));
  put_properties(message, route);
  return message;
}

Message encode_route_removal(const Route& route) {
  auto message = begin(RTM_DELROUTE, NLM_F_REQUEST);
  rtmsg fixed = fixed_part(route);
  fixed.rtm_protocol = RTPROT_UNSPEC;
  fixed.rtm_scope = RT_SCOPE_NOWHERE;
  fixed.rtm_type = RTN_UNSPEC;
  append(message, fixed);
  put_properties(message, route);
  return message;
}

Message encode_route_lookup(const IpAddress& destination) {
  auto message = begin(RTM_GETROUTE, NLM_F_REQUEST);
  rtmsg fixed{};
  fixed.rtm_family = static_cast<std::uint8_t>(address_family(destination.family()));
  fixed.rtm_dst_len = static_cast<std::uint8_t>(bit_length(destination.family()));
  append(message, fixed);
  put_ip(message, RTA_DST, destination);
  return message;
}

Message encode_other_source(const nlmsghdr& listed, const IpAddress& source) {
  Attributes<RTA_MAX> attributes{};
  const auto* fixed = parse<rtmsg, RTA_MAX>(listed, attributes);
  if (listed.nlmsg_type != RTM_NEWROUTE || fixed == nullptr) {
    return {};
  }
  auto message = begin(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_REPLACE);
  rtmsg kept = *fixed;
  kept.rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;  // the others are the kernel's to say
  append(message, kept);
  for (int type = 1; type <= RTA_MAX; ++type) {
    const nlattr* attribute = attributes.at(static_cast<std::size_t>(type));
    if (attribute != nullptr && type != RTA_PREFSRC && type != RTA_CACHEINFO) {
      put(message, type, nla_data(attribute), static_cast<std::size_t>(nla_len(attribute)));
    }
  }
  put_ip(message, RTA_PREFSRC, source);
  return message;
}

}  // namespace mainstay::netlink
