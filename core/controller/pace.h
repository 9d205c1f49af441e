// SPDX-License-Identifier: Apache-2.0
// How soon the next plan may be made: at once in calm times, later and later when plans follow each
// other without end, so that a cluster that chases its own tail neither burns a CPU nor floods the
// ring. Pure.
#pragma once

#include <deque>

#include "core/base/time.h"

namespace mainstay::controller {

class Pace {
 public:
  static constexpr Duration kMemory{10'000};
  static constexpr std::size_t kCalm = 30;     ///< plans in kMemory without any delay
  static constexpr std::size_t kHurried = 90;  ///< plans in kMemory with a short one

  void planned(TimePoint now) {
    plans_.push_back(now);
    while (plans_.size() > kHurried + 1 || now - plans_.front() > kMemory) {
      plans_.pop_front();
    }
  }
  /// Earliest moment of the next plan.
  TimePoint next(TimePoint now) const {
    std::size_t recent = 0;
    for (const TimePoint plan : plans_) {
      recent += now - plan <= kMemory ? 1 : 0;
    }
    if (recent < kCalm) {
      return now;
    }
    return plans_.back() + (recent < kHurried ? Duration{100} : Duration{2'000});
  }
  /// True at the plan that reaches the longest delay.
  bool exhausted() const { return plans_.size() > kHurried; }

 private:
  std::deque<TimePoint> plans_;
};

}  // namespace mainstay::controller
