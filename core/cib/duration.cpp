// SPDX-License-Identifier: Apache-2.0
// See duration.h.
#include "core/cib/duration.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/model/score.h"

namespace mainstay::cib {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kLongest = std::int64_t{1'000} * 365 * kDay;

std::optional<Duration> times(std::int64_t number, std::int64_t unit) {
  if (number > kLongest / unit || number < -kLongest / unit) {
    return std::nullopt;
  }
  return Duration(number * unit);
}

/// 0: no such designator. "M" is a month before the "T" and a minute after it.
std::int64_t iso_unit(char designator, bool after_t) {
  switch (designator) {
    case 'Y':
      return 365 * kDay;
    case 'M':
      return after_t ? kMinute : 30 * kDay;
    case 'W':
      return 7 * kDay;
    case 'D':
      return kDay;
    case 'H':
      return kHour;
    case 'S':
      return kSecond;
    default:
      return 0;
  }
}

std::optional<Duration> parse_iso_duration(const std::string& text) {
  Duration total{0};
  bool after_t = false;
  bool any = false;
  const char* next = text.data() + 1;
  const char* const end = text.data() + text.size();
  while (next != end) {
    if (*next == 'T') {
      after_t = true;
      ++next;
      continue;
    }
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(next, end, number);
    if (error != std::errc() || rest == end) {
      return std::nullopt;
    }
    const std::int64_t unit = iso_unit(*rest, after_t);
    const auto part = unit == 0 ? std::nullopt : times(number, unit);
    if (!part) {
      return std::nullopt;
    }
    total += *part;
    any = true;
    next = rest + 1;
  }
  return any ? std::optional(total) : std::nullopt;
}

/// 0: no such unit. As Pacemaker, only the beginning of the word counts.
std::int64_t unit_of(const std::string& word) {
  if (word.rfind("ms", 0) == 0) {
    return 1;
  }
  if (word.empty() || word[0] == 's' || word[0] == '.') {
    return kSecond;
  }
  return word[0] == 'm' ? kMinute : word[0] == 'h' ? kHour : 0;
}

}  // namespace

std::optional<Duration> parse_duration(const std::string& written) {
  const auto begin = written.find_first_not_of(" \t");
  if (begin == std::string::npos) {
    return std::nullopt;
  }
  const std::string text = written.substr(begin);
  if (text == "INFINITY" || text == "+INFINITY") {
    return Duration(model::kInfinity * kSecond);
  }
  if (text[0] == 'P') {
    return parse_iso_duration(text);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  std::string unit(end, text.data() + text.size());
  std::erase_if(unit, [](unsigned char c) { return std::isspace(c) != 0; });
  if (unit.rfind("us", 0) == 0) {
    return Duration(number / 1000);
  }
  const std::int64_t milliseconds = unit_of(unit);
  return milliseconds == 0 ? std::nullopt : times(number, milliseconds);
}

}  // namespace mainstay::cib
