// SPDX-License-Identifier: Apache-2.0
// How long the runs of one monitor take, and when that is worth a word: before they time out, not
// after. Pure.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace mainstay::controller {

class Latency {
 public:
  enum class Remark {
    none,
    near_timeout,  ///< a run took most of the time that it may take
    rising,        ///< the latest runs take several times as long as usual
  };

  static constexpr double kNear = 0.8;         ///< of the timeout
  static constexpr double kRise = 3.0;         ///< recent runs against usual ones
  static constexpr double kWorthWhile = 0.1;   ///< of the timeout: below it nothing rises
  static constexpr std::uint64_t kUsual = 32;  ///< runs until it is known what is usual

  static constexpr int kCalm = 16;  ///< runs in a row that are not near the timeout

  /// One run has ended. A remark is made once, and again only after kCalm runs, or a recent average
  /// back at half of what makes a rise.
  Remark add(Duration took, Duration timeout);

  std::uint64_t runs() const { return runs_; }
  Duration last() const { return last_; }
  Duration longest() const { return longest_; }
  Duration recent() const { return Duration{static_cast<Duration::rep>(recent_)}; }
  Duration usual() const { return Duration{static_cast<Duration::rep>(usual_)}; }

 private:
  double recent_ = 0;  // moving averages in ms: of about 8 runs, of about 256
  double usual_ = 0;
  std::uint64_t runs_ = 0;
  Duration last_{0};
  Duration longest_{0};
  int calm_ = kCalm;  // runs since one was near the timeout
  bool told_rising_ = false;
};

}  // namespace mainstay::controller
