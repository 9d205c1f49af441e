// SPDX-License-Identifier: Apache-2.0
// Callbacks at a time, on the reactor: a timer wheel and one Asio timer. One of the two places that
// read a clock.
#pragma once

#include <functional>
#include <memory>

#include "core/base/time.h"
#include "core/timer/timer_wheel.h"

namespace boost::asio {
class io_context;
}

namespace mainstay::executor {

/// The monotonic clock (CLOCK_MONOTONIC, whole milliseconds, rounded down).
TimePoint steady_now();
/// Both clocks.
Now read_clocks();

/// Threading: reactor thread only. Lifetime: the io_context outlives it; destroying it drops all
/// timers. Callbacks run from the reactor, never from inside arm or cancel, in the order of their
/// due times, never early; they may arm and cancel.
class TimerService {
 public:
  using Callback = std::function<void()>;

  explicit TimerService(boost::asio::io_context& reactor);
  ~TimerService();
  TimerService(const TimerService&) = delete;
  TimerService& operator=(const TimerService&) = delete;

  timer::TimerId arm(TimePoint due, Callback callback);
  /// After true the callback is not called. False: it was called, cancelled, or is being called.
  bool cancel(timer::TimerId id);
  /// How many timers are armed.
  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mainstay::executor
