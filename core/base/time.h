// SPDX-License-Identifier: Apache-2.0
// The two kinds of time: a monotonic one for waiting and a wall clock for what people and CIBs
// read. Nothing below core/daemon reads a clock: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>

namespace mainstay {

using Duration = std::chrono::milliseconds;

/// The time line of timers; only differences mean anything. Never read by itself (`now` is left out
/// on purpose).
struct MonotonicTimeline {
  using rep = std::int64_t;
  using period = std::milli;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonotonicTimeline>;
  static constexpr bool is_steady = true;
};
using TimePoint = MonotonicTimeline::time_point;

/// Milliseconds since the Unix epoch, UTC.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// Both readings of one moment.
struct Now {
  TimePoint steady;
  WallTime wall;
};

}  // namespace mainstay
