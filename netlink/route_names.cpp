// SPDX-License-Identifier: Apache-2.0
#include "netlink/route_names.h"

#include <linux/rtnetlink.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <utility>

namespace mainstay::netlink {
namespace {

constexpr std::array<const char*, 2> kFolders = {"/etc/iproute2", "/usr/share/iproute2"};

std::optional<std::uint32_t> read_number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) {
    text.remove_prefix(2);
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// Lines "NUMBER NAME"; what begins with "#" is a comment.
std::optional<std::uint32_t> look_up(const std::filesystem::path& file, std::string_view name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string number;
    std::string named;
    if (words >> number >> named && named == name) {
      return read_number(number);
    }
  }
  return std::nullopt;
}

std::optional<unsigned> read_length(std::string_view text, Family family) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc() && end == text.data() + text.size()) {
    return length <= bit_length(family) ? std::optional(length) : std::nullopt;
  }
  return family == Family::inet ? prefix_length_of_mask(text) : std::nullopt;
}

}  // namespace

std::optional<std::uint8_t> protocol_number(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint8_t>, 10> kNames{{
      {"redirect", 1},
      {"kernel", 2},
      {"boot", 3},
      {"static", 4},
      {"ra", 9},
      {"zebra", 11},
      {"bird", 12},
      {"dhcp", 16},
      {"ospf", 188},
      {"bgp", 186},
  }};
  for (const auto& [name, number] : kNames) {
    if (name == text) {
      return number;
    }
  }
  const auto number = read_number(text);
  if (!number || *number > std::numeric_limits<std::uint8_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(*number);
}

std::optional<std::uint32_t> table_number(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 3> kNames{
      {{"main", RT_TABLE_MAIN}, {"local", RT_TABLE_LOCAL}, {"default", RT_TABLE_DEFAULT}}};
  for (const auto& [name, number] : kNames) {
    if (name == text) {
      return number;
    }
  }
  if (const auto number = read_number(text)) {
    return number;
  }
  for (const std::filesystem::path folder : kFolders) {
    if (const auto number = look_up(folder / "rt_tables", text)) {
      return number;
    }
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "rt_tables.d", none)) {
      if (const auto number = look_up(entry.path(), text)) {
        return number;
      }
    }
  }
  return std::nullopt;
}

bool is_default_destination(std::string_view text) {
  return text == "default" || text == "any" || text == "all";
}

std::optional<Prefix> read_prefix(std::string_view text, Family family) {
  if (is_default_destination(text)) {
    return Prefix{IpAddress(family, {}), 0};
  }
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address || address->family() != family) {
    return std::nullopt;
  }
  if (slash == std::string_view::npos) {
    return Prefix{*address, bit_length(family)};
  }
  const auto length = read_length(text.substr(slash + 1), family);
  return length ? std::optional(Prefix{*address, *length}) : std::nullopt;
}

}  // namespace mainstay::netlink
