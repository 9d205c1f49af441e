// SPDX-License-Identifier: Apache-2.0
#include "core/cib/value_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <initializer_list>
#include <string>
#include <utility>

namespace mainstay::cib {
namespace {

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), value) != words.end();
}

std::string lower(std::string_view value) {
  std::string result(value);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool is_integer(std::string_view value) {
  if (!value.empty() && (value.front() == '-' || value.front() == '+')) {
    value.remove_prefix(1);
  }
  return !value.empty() && value.size() <= 18 &&
         std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool is_infinity(std::string_view value) {
  return is_one_of(value, {"INFINITY", "+INFINITY", "-INFINITY"});
}

bool is_iso_duration(std::string_view value) {
  return value.size() > 2 && value.front() == 'P' &&
         value.find_first_not_of("PT0123456789.YMWDHS") == std::string_view::npos;
}

}  // namespace

long long milliseconds_of(std::string_view time) {
  using Unit = std::pair<std::string_view, long long>;
  constexpr std::array<Unit, 9> kUnits = {
      Unit{"", 1'000},     Unit{"s", 1'000},     Unit{"sec", 1'000},
      Unit{"ms", 1},       Unit{"msec", 1},      Unit{"m", 60'000},
      Unit{"min", 60'000}, Unit{"h", 3'600'000}, Unit{"hr", 3'600'000}};
  const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!time.empty() && blank(static_cast<unsigned char>(time.front()))) {
    time.remove_prefix(1);
  }
  while (!time.empty() && blank(static_cast<unsigned char>(time.back()))) {
    time.remove_suffix(1);
  }
  long long number = 0;
  const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), number);
  constexpr long long kMax = 1'000'000'000'000;
  if (error != std::errc() || number < 0 || number > kMax) {
    return -1;
  }
  std::string_view unit = time.substr(static_cast<std::size_t>(end - time.data()));
  while (!unit.empty() && blank(static_cast<unsigned char>(unit.front()))) {
    unit.remove_prefix(1);
  }
  if (is_one_of(unit, {"us", "usec"})) {
    return number / 1'000;
  }
  const auto* const found = std::find_if(kUnits.begin(), kUnits.end(),
                                         [&](const auto& known) { return known.first == unit; });
  return found == kUnits.end() ? -1 : number * found->second;
}

bool fits(ValueKind kind, std::string_view value) {
  switch (kind) {
    case ValueKind::score:
      return is_integer(value) || is_infinity(value) ||
             is_one_of(value, {"red", "yellow", "green"});
    case ValueKind::count:
      return is_integer(value) || is_infinity(value);
    case ValueKind::time:
      return milliseconds_of(value) >= 0 || is_iso_duration(value);
    case ValueKind::boolean:
      return is_one_of(lower(value),
                       {"true", "on", "yes", "y", "1", "false", "off", "no", "n", "0"});
    case ValueKind::role:
      return is_one_of(lower(value), {"stopped", "started", "unpromoted", "promoted", "slave",
                                      "master", "#default"});
    case ValueKind::on_fail:
      return is_one_of(lower(value), {"ignore", "block", "demote", "stop", "restart", "standby",
                                      "fence", "restart-container"});
    case ValueKind::order_kind:
      return is_one_of(lower(value), {"optional", "mandatory", "serialize"});
    case ValueKind::order_action:
      return is_one_of(value, {"start", "stop", "promote", "demote"});
    case ValueKind::quorum_policy:
      return is_one_of(lower(value), {"stop", "freeze", "ignore", "demote", "suicide", "fence"});
  }
  return true;
}

const char* complaint_about(ValueKind kind) {
  switch (kind) {
    case ValueKind::score:
      return "is no score; write a whole number, INFINITY or -INFINITY";
    case ValueKind::count:
      return "is no count; write a whole number or INFINITY";
    case ValueKind::time:
      return "is no time; write a number with a unit, such as 10s, 500ms, 2min or 1h";
    case ValueKind::boolean:
      return "is neither true nor false; write one of them";
    case ValueKind::role:
      return "is no role; write Started, Stopped, Promoted or Unpromoted";
    case ValueKind::on_fail:
      return "is no reaction; write ignore, block, demote, stop, restart, standby, fence or "
             "restart-container";
    case ValueKind::order_kind:
      return "is no kind of order; write Mandatory, Optional or Serialize";
    case ValueKind::order_action:
      return "is no action that can be ordered; write start, stop, promote or demote";
    case ValueKind::quorum_policy:
      return "is no policy; write stop, freeze, ignore, demote or suicide";
  }
  return "";
}

}  // namespace mainstay::cib
