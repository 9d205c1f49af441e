// SPDX-License-Identifier: Apache-2.0
// Attributes of netlink messages, by libnl-3: what decoding and encoding are made of. For this
// folder's sources alone.
#pragma once

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "netlink/ip_address.h"
#include "netlink/messages.h"

namespace mainstay::netlink {

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

inline std::optional<IpAddress> read_ip(const nlattr* attribute) {
  if (attribute == nullptr) {
    return std::nullopt;
  }
  return IpAddress::from_bytes(nla_data(attribute), static_cast<std::size_t>(nla_len(attribute)));
}

inline std::optional<std::uint32_t> read_u32(const nlattr* attribute) {
  if (attribute == nullptr || nla_len(attribute) < static_cast<int>(sizeof(std::uint32_t))) {
    return std::nullopt;
  }
  return nla_get_u32(attribute);
}

inline std::string read_text(const nlattr* attribute) {
  if (attribute == nullptr) {
    return {};
  }
  const auto* text = static_cast<const char*>(nla_data(attribute));
  return {text, strnlen(text, static_cast<std::size_t>(nla_len(attribute)))};
}

inline std::vector<std::uint8_t> read_bytes(const nlattr* attribute) {
  if (attribute == nullptr) {
    return {};
  }
  const auto* data = static_cast<const std::uint8_t*>(nla_data(attribute));
  return {data, data + nla_len(attribute)};
}

inline Message begin(int type, int flags) {
  Message message(nlmsg_alloc_simple(type, flags));
  MAINSTAY_CHECK(message != nullptr);
  return message;
}

/// Fails only when a message outgrows its page, which ours cannot.
template <class Fixed>
inline void append(const Message& message, Fixed fixed) {
  MAINSTAY_CHECK(nlmsg_append(message.get(), &fixed, sizeof fixed, NLMSG_ALIGNTO) == 0);
}

inline void put(const Message& message, int type, const void* data, std::size_t size) {
  MAINSTAY_CHECK(nla_put(message.get(), type, static_cast<int>(size), data) == 0);
}

inline void put_ip(const Message& message, int type, const IpAddress& ip) {
  put(message, type, ip.bytes().data(), ip.size());
}

inline void put_text(const Message& message, int type, const std::string& text) {
  put(message, type, text.c_str(), text.size() + 1);
}

/// Of a message about a route, whether it is there or gone.
std::optional<Route> read_route(const nlmsghdr& header);

}  // namespace mainstay::netlink
