// SPDX-License-Identifier: Apache-2.0
#include "core/controller/latency.h"

#include <algorithm>
#include <utility>

namespace mainstay::controller {

Latency::Remark Latency::add(Duration took, Duration timeout) {
  const auto now = static_cast<double>(took.count());
  const auto most = static_cast<double>(timeout.count());
  recent_ = runs_ == 0 ? now : recent_ + (now - recent_) / 8;
  usual_ = runs_ == 0 ? now : usual_ + (now - usual_) / 256;
  ++runs_;
  last_ = took;
  longest_ = std::max(longest_, took);
  told_rising_ = told_rising_ && recent_ >= kRise * usual_ / 2;
  if (most > 0 && now >= kNear * most) {
    return std::exchange(calm_, 0) < kCalm ? Remark::none : Remark::near_timeout;
  }
  calm_ = std::min(calm_ + 1, kCalm);
  if (runs_ >= kUsual && recent_ >= kRise * usual_ && recent_ >= kWorthWhile * most) {
    return std::exchange(told_rising_, true) ? Remark::none : Remark::rising;
  }
  return Remark::none;
}

}  // namespace mainstay::controller
