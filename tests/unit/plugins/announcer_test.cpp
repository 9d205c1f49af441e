// SPDX-License-Identifier: Apache-2.0
#include "plugins/ipaddr2/announcer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace {

using mainstay::Done;
using mainstay::Errc;
using mainstay::fail;
using mainstay::Status;
using mainstay::ipaddr2::Announcer;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

TEST(Announcer, SendsEveryRoundInTheForeground) {
  int sent = 0;
  Announcer announcer;
  EXPECT_TRUE(announcer.announce([&]() -> Status { return ++sent, Done{}; }, 4, milliseconds(1),
                                 false, kNever));
  EXPECT_EQ(sent, 4);
}

TEST(Announcer, BeginsNoRoundAfterTheDeadline) {
  int sent = 0;
  Announcer announcer;
  EXPECT_TRUE(announcer.announce([&]() -> Status { return ++sent, Done{}; }, 4, hours(1), false,
                                 std::chrono::steady_clock::now()));
  EXPECT_EQ(sent, 1);
}

TEST(Announcer, SendsTheRestInTheBackground) {
  std::atomic<int> sent = 0;
  std::promise<void> last;
  Announcer announcer;
  const auto send = [&]() -> Status {
    if (++sent == 3) {
      last.set_value();
    }
    return Done{};
  };
  EXPECT_TRUE(announcer.announce(send, 3, milliseconds(1), true, kNever));
  last.get_future().wait();
  announcer.cancel();
  EXPECT_EQ(sent, 3);
}

TEST(Announcer, EndsABackgroundThatStillWaits) {
  int sent = 0;
  Announcer announcer;
  EXPECT_TRUE(
      announcer.announce([&]() -> Status { return ++sent, Done{}; }, 9, hours(1), true, kNever));
  announcer.cancel();
  EXPECT_EQ(sent, 1);
}

TEST(Announcer, TellsWhenTheFirstRoundFails) {
  Announcer announcer;
  EXPECT_FALSE(announcer.announce([]() -> Status { return fail(Errc::unavailable, "no link"); }, 3,
                                  milliseconds(1), true, kNever));
}

}  // namespace
