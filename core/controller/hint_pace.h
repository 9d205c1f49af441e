// SPDX-License-Identifier: Apache-2.0
// How soon a hint that a watched resource has changed may have it monitored: at once in calm times,
// then at most every kGap, and when hints follow each other without end, at most every kRefill.
// What comes meanwhile is one monitor at the end of the pause, so the last state is always looked
// at. Pure.
#pragma once

#include <algorithm>

#include "core/base/time.h"

namespace mainstay::controller {

class HintPace {
 public:
  static constexpr Duration kGap{100};       ///< between two monitors because of hints
  static constexpr int kBurst = 10;          ///< so many in calm times before it gets slower
  static constexpr Duration kRefill{1'000};  ///< gives one of the burst back

  /// When a monitor because of a hint at `now` may begin.
  TimePoint next(TimePoint now) const {
    return std::max({now, last_ + kGap, spent_until_ - kRefill * (kBurst - 1)});
  }
  /// One begins.
  void began(TimePoint now) {
    last_ = now;
    spent_until_ = std::max(spent_until_, now) + kRefill;
  }

 private:
  TimePoint last_ = TimePoint::min() + kGap;
  TimePoint spent_until_{};  ///< when the whole burst is there again
};

}  // namespace mainstay::controller
