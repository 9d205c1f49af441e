// SPDX-License-Identifier: Apache-2.0
// Callbacks come in order, once, and not after they were cancelled.
#include "core/executor/timer_service.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace {

using mainstay::Duration;
using mainstay::TimePoint;
using mainstay::executor::steady_now;
using mainstay::executor::TimerService;
using mainstay::timer::TimerId;

TEST(TimerService, CallsBackInOrderAndNeverEarly) {
  boost::asio::io_context reactor;
  TimerService timers(reactor);
  const TimePoint start = steady_now();
  std::vector<int> order;
  const auto note = [&](int delay) {
    return [&, delay] {
      order.push_back(delay);
      EXPECT_GE(steady_now(), start + Duration(delay));
    };
  };
  for (const int delay : {20, 5, 10, 0}) {
    timers.arm(start + Duration(delay), note(delay));
  }
  EXPECT_TRUE(order.empty());
  reactor.run();
  EXPECT_EQ(order, (std::vector<int>{0, 5, 10, 20}));
  EXPECT_EQ(timers.size(), 0U);
}

TEST(TimerService, CancelsOthersOfTheSameMomentFromACallback) {
  boost::asio::io_context reactor;
  TimerService timers(reactor);
  int calls = 0;
  TimerId second;
  const TimePoint due = steady_now();
  timers.arm(due, [&] {
    ++calls;
    EXPECT_TRUE(timers.cancel(second));
    EXPECT_FALSE(timers.cancel(second));
    timers.arm(due, [&] { calls += 10; });
  });
  second = timers.arm(due, [&] { calls += 100; });
  reactor.run();
  EXPECT_EQ(calls, 11);
}

TEST(TimerService, DropsItsTimersWithItself) {
  boost::asio::io_context reactor;
  int calls = 0;
  {
    TimerService timers(reactor);
    timers.arm(steady_now(), [&] { ++calls; });
    timers.arm(TimePoint::max(), [&] { ++calls; });
  }
  reactor.run();
  EXPECT_EQ(calls, 0);
}

}  // namespace
