// SPDX-License-Identifier: Apache-2.0
// An interval as people read it.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/report/status_text.h"

namespace mainstay::report {

std::string interval_text(Duration interval) {
  constexpr std::array<std::pair<std::int64_t, char>, 3> kUnits{
      {{86'400'000, 'd'}, {3'600'000, 'h'}, {60'000, 'm'}}};
  std::int64_t left = interval.count();
  std::string text;
  for (const auto& [length, letter] : kUnits) {
    if (left >= length) {
      text += fmt::format("{}{}", left / length, letter);
      left %= length;
    }
  }
  if (left >= 1000) {
    text += left % 1000 == 0 ? fmt::format("{}s", left / 1000)
                             : fmt::format("{}.{:03}s", left / 1000, left % 1000);
  } else if (left > 0) {
    text += fmt::format("{}ms", left);
  }
  return text.empty() ? "0s" : text;
}

}  // namespace mainstay::report
