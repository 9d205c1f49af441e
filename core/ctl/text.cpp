// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/text.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace mainstay::ctl {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

std::string quoted_list(const Words& words) {
  std::string result;
  for (const std::string& word : words) {
    result += (result.empty() ? "'" : ", '") + word + "'";
  }
  return result;
}

std::string join(const Words& words, std::string_view separator) {
  std::string result;
  bool first = true;
  for (const std::string& word : words) {
    if (!first) {
      result += separator;
    }
    first = false;
    result += word;
  }
  return result;
}

Result<std::pair<std::string, std::string>> split_option(const std::string& token) {
  const std::size_t equals = token.find('=');
  if (equals == std::string::npos) {
    return fail(Errc::invalid_input, "missing value of '" + token + "' option");
  }
  if (equals == 0) {
    return fail(Errc::invalid_input, "missing key in '" + token + "' option");
  }
  return std::pair{token.substr(0, equals), token.substr(equals + 1)};
}

Result<Options> parse_options(const Words& tokens) {
  Options options;
  for (const std::string& token : tokens) {
    auto pair = split_option(token);
    if (!pair) {
      return pair.error();
    }
    const auto [place, inserted] = options.insert(*pair);
    if (!inserted && place->second != pair->second) {
      return fail(Errc::invalid_input, "duplicate option '" + pair->first +
                                           "' with different values '" + place->second + "' and '" +
                                           pair->second + "'");
    }
  }
  return options;
}

Status check_id(const std::string& id, const std::string& what) {
  if (id.empty()) {
    return fail(Errc::invalid_input, what + " cannot be empty");
  }
  const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; };
  if (!letter(static_cast<unsigned char>(id[0]))) {
    return fail(Errc::invalid_input, "invalid " + what + " '" + id + "', '" + id[0] +
                                         "' is not a valid first character for a " + what);
  }
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (!letter(byte) && std::isdigit(byte) == 0 && c != '-' && c != '.') {
      return fail(Errc::invalid_input, "invalid " + what + " '" + id + "', '" + c +
                                           "' is not a valid character for a " + what);
    }
  }
  return Done{};
}

bool is_score(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    text.remove_prefix(1);
  }
  return text == "INFINITY" || (all_digits(text) && text.size() < 10);
}

bool is_duration(std::string_view text) {
  if (text.size() > 2 && text[0] == 'P') {
    return std::all_of(text.begin() + 1, text.end(), [](unsigned char c) {
      return std::isdigit(c) != 0 ||
             std::string_view("YMWDTHS").find(static_cast<char>(c)) != std::string_view::npos;
    });
  }
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    ++digits;
  }
  constexpr std::array<std::string_view, 12> kUnits = {"",   "s",  "sec",  "m",  "min",  "h",
                                                       "hr", "ms", "msec", "us", "usec", "d"};
  return digits > 0 && digits < 12 && one_of(text.substr(digits), kUnits);
}

bool is_true(std::string_view text) {
  constexpr std::array<std::string_view, 5> kTrue = {"true", "on", "yes", "y", "1"};
  return one_of(lower(text), kTrue);
}

bool is_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 5> kFalse = {"false", "off", "no", "n", "0"};
  return is_true(text) || one_of(lower(text), kFalse);
}

std::string local_time(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) {
    return "unknown time";
  }
  std::array<char, 64> buffer{};
  const std::size_t length =
      std::strftime(buffer.data(), buffer.size(), "%a %b %e %H:%M:%S %Y", &parts);
  return {buffer.data(), length};
}

}  // namespace mainstay::ctl
