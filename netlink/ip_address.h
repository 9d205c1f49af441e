// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address as a value, and the arithmetic of prefixes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mainstay::netlink {

enum class Family : std::uint8_t { inet, inet6 };

/// AF_INET or AF_INET6.
int address_family(Family family) noexcept;

/// 32 or 128.
unsigned bit_length(Family family) noexcept;

/// An address without a prefix; the bytes of an IPv4 address are the first four, the others are
/// zero.
class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  IpAddress() = default;
  IpAddress(Family family, const Bytes& bytes) : family_(family), bytes_(bytes) {}

  /// Anything with a colon is IPv6. Nothing but a full address is accepted (no prefix, no zone, no
  /// name).
  static Result<IpAddress> parse(std::string_view text);
  /// From the four or sixteen bytes of a network message; none when the size fits neither.
  static std::optional<IpAddress> from_bytes(const void* data, std::size_t size);

  /// The canonical form: dotted quad, or RFC 5952.
  std::string text() const;

  Family family() const noexcept { return family_; }
  const Bytes& bytes() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return family_ == Family::inet ? 4 : 16; }

  /// 127.0.0.0/8 or ::1.
  bool is_loopback() const noexcept;
  /// fe80::/10.
  bool is_link_local() const noexcept;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::inet;
  Bytes bytes_{};
};

/// True when the first `length` bits are the same and the families are too.
bool share_prefix(const IpAddress& left, const IpAddress& right, unsigned length) noexcept;

/// `address` with every bit behind the prefix set (`host_bit` true) or cleared.
IpAddress with_host_bits(const IpAddress& address, unsigned length, bool host_bit) noexcept;

/// 24 for 255.255.255.0; none when the mask has holes or is no dotted quad.
std::optional<unsigned> prefix_length_of_mask(std::string_view dotted_quad);

}  // namespace mainstay::netlink
