// SPDX-License-Identifier: Apache-2.0
// Text and prefix arithmetic of IP addresses.
#include "netlink/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <bit>
#include <cstring>

namespace mainstay::netlink {

int address_family(Family family) noexcept {
  return family == Family::inet ? AF_INET : AF_INET6;
}

unsigned bit_length(Family family) noexcept {
  return family == Family::inet ? 32 : 128;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const Family family = text.find(':') == std::string_view::npos ? Family::inet : Family::inet6;
  Bytes bytes{};
  const std::string terminated(text);
  if (inet_pton(address_family(family), terminated.c_str(), bytes.data()) != 1) {
    return fail(Errc::invalid_input, "IP address [" + terminated + "] not valid");
  }
  return IpAddress(family, bytes);
}

std::optional<IpAddress> IpAddress::from_bytes(const void* data, std::size_t size) {
  if (size != 4 && size != 16) {
    return std::nullopt;
  }
  Bytes bytes{};
  std::memcpy(bytes.data(), data, size);
  return IpAddress(size == 4 ? Family::inet : Family::inet6, bytes);
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(address_family(family_), bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

bool IpAddress::is_loopback() const noexcept {
  if (family_ == Family::inet) {
    return bytes_[0] == 127;
  }
  Bytes one{};
  one[15] = 1;
  return bytes_ == one;
}

bool IpAddress::is_link_local() const noexcept {
  return family_ == Family::inet6 && bytes_[0] == 0xfe && (bytes_[1] & 0xc0U) == 0x80;
}

bool share_prefix(const IpAddress& left, const IpAddress& right, unsigned length) noexcept {
  return left.family() == right.family() &&
         with_host_bits(left, length, false) == with_host_bits(right, length, false);
}

IpAddress with_host_bits(const IpAddress& address, unsigned length, bool host_bit) noexcept {
  IpAddress::Bytes bytes = address.bytes();
  for (unsigned bit = length; bit < bit_length(address.family()); ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    std::uint8_t& byte = bytes[bit / 8];
    byte = static_cast<std::uint8_t>(host_bit ? byte | mask : byte & ~mask);
  }
  return {address.family(), bytes};
}

std::optional<unsigned> prefix_length_of_mask(std::string_view dotted_quad) {
  auto mask = IpAddress::parse(dotted_quad);
  if (!mask || mask->family() != Family::inet) {
    return std::nullopt;
  }
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    bits = (bits << 8U) | mask->bytes()[i];
  }
  const int ones = std::countl_one(bits);
  if (std::popcount(bits) != ones) {
    return std::nullopt;
  }
  return static_cast<unsigned>(ones);
}

}  // namespace mainstay::netlink
