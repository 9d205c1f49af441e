// SPDX-License-Identifier: Apache-2.0
// See suggestion.h. The distance is Damerau and Levenshtein's, of adjacent swaps only.
#include "core/ctl/suggestion.h"

#include <algorithm>
#include <utility>

namespace mainstay::ctl {
namespace {

constexpr std::size_t kLongestWord = 64;

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::exchange(last, std::move(row));
  }
  return last.back();
}

}  // namespace

std::string nearest_word(const std::string& typed, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t least = kLongestWord;
  if (typed.size() > kLongestWord) {
    return nearest;
  }
  for (const std::string& word : known) {
    const std::size_t far = distance(typed, word);
    if (far < least && far <= std::max<std::size_t>(1, word.size() / 3)) {
      least = far;
      nearest = word;
    }
  }
  return nearest;
}

}  // namespace mainstay::ctl
