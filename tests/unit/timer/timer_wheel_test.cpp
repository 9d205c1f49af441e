// SPDX-License-Identifier: Apache-2.0
// The wheel against what it promises, and against a sorted map that does the same slowly.
#include "core/timer/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using mainstay::Duration;
using mainstay::TimePoint;
using mainstay::timer::TimerId;
using mainstay::timer::TimerWheel;

TimePoint at(std::int64_t ms) {
  return TimePoint(Duration(ms));
}

std::vector<TimerId> advanced(TimerWheel& wheel, std::int64_t ms) {
  std::vector<TimerId> due;
  wheel.advance_to(at(ms), due);
  return due;
}

TEST(TimerWheel, FiresAtTheMillisecondAndNotBefore) {
  for (const std::int64_t delay : {1, 63, 64, 65, 4'095, 4'096, 100'000, 86'400'000}) {
    TimerWheel wheel(at(12'345));
    const TimerId id = wheel.add(at(12'345 + delay));
    EXPECT_EQ(wheel.next_due(), at(12'345 + delay));
    EXPECT_TRUE(advanced(wheel, 12'345 + delay - 1).empty()) << delay;
    EXPECT_EQ(wheel.next_due(), at(12'345 + delay));
    EXPECT_EQ(advanced(wheel, 12'345 + delay), std::vector{id}) << delay;
    EXPECT_EQ(wheel.next_due(), std::nullopt);
  }
}

TEST(TimerWheel, GivesTimersInTheOrderOfTheirDueTimes) {
  TimerWheel wheel(at(0));
  const TimerId far = wheel.add(at(5'000'000));
  const TimerId near = wheel.add(at(3));
  const TimerId middle = wheel.add(at(70'000));
  EXPECT_EQ(advanced(wheel, 10'000'000), (std::vector{near, middle, far}));
}

TEST(TimerWheel, MakesAnOverdueTimerDueAtOnce) {
  TimerWheel wheel(at(1'000));
  const TimerId id = wheel.add(at(10));
  EXPECT_EQ(wheel.next_due(), at(1'000));
  EXPECT_EQ(advanced(wheel, 1'000), std::vector{id});
}

TEST(TimerWheel, CancelsOnceAndNeverTheNextUserOfACell) {
  TimerWheel wheel(at(0));
  const TimerId first = wheel.add(at(10));
  EXPECT_TRUE(wheel.cancel(first));
  EXPECT_FALSE(wheel.cancel(first));
  const TimerId second = wheel.add(at(20));
  EXPECT_EQ(second.index, first.index);
  EXPECT_FALSE(wheel.cancel(first));
  EXPECT_FALSE(wheel.cancel(TimerId{}));
  EXPECT_EQ(wheel.next_due(), at(20));
  EXPECT_EQ(advanced(wheel, 30), std::vector{second});
  EXPECT_FALSE(wheel.cancel(second));
}

TEST(TimerWheel, TakesTimesBeyondItsLastLevel) {
  TimerWheel wheel(at(0));
  const TimerId never = wheel.add(TimePoint::max());
  EXPECT_TRUE(advanced(wheel, std::int64_t{1} << 50).empty());
  EXPECT_EQ(wheel.next_due(), TimePoint::max());
  EXPECT_TRUE(wheel.cancel(never));
  EXPECT_EQ(wheel.next_due(), std::nullopt);
}

TEST(TimerWheel, ForgetsTheDeadWhenTimersAreArmedAndCancelledForDays) {
  TimerWheel wheel(at(0));
  for (int i = 0; i < 1'000'000; ++i) {
    ASSERT_TRUE(wheel.cancel(wheel.add(at(86'400'000 + i))));
  }
  EXPECT_EQ(wheel.size(), 0U);
  EXPECT_EQ(wheel.next_due(), std::nullopt);
}

struct Reference {
  std::multimap<std::int64_t, TimerId> timers;
  std::vector<std::pair<std::int64_t, TimerId>> handed_out;
};

void check_advance(TimerWheel& wheel, Reference& reference, std::int64_t now) {
  const std::vector<TimerId> due = advanced(wheel, now);
  const auto end = reference.timers.upper_bound(now);
  ASSERT_EQ(due.size(), static_cast<std::size_t>(std::distance(reference.timers.begin(), end)));
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (const TimerId& id : due) {
    const auto found = std::find_if(reference.timers.begin(), end,
                                    [&](const auto& item) { return item.second == id; });
    ASSERT_NE(found, end);
    ASSERT_LE(last, found->first);
    last = found->first;
    reference.timers.erase(found);
  }
}

TEST(TimerWheel, AgreesWithASortedMapOnRandomWork) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::int64_t now = 1'000'000'000;
    TimerWheel wheel(at(now));
    Reference reference;
    for (int step = 0; step < 5'000; ++step) {
      const std::uint64_t dice = random() % 10;
      if (dice < 5) {
        const std::int64_t due = now + static_cast<std::int64_t>(random() >> (24 + random() % 39));
        const TimerId id = wheel.add(at(due));
        reference.timers.emplace(due, id);
        reference.handed_out.emplace_back(due, id);
      } else if (dice < 8 && !reference.handed_out.empty()) {
        const auto [due, id] = reference.handed_out[random() % reference.handed_out.size()];
        const auto [begin, end] = reference.timers.equal_range(due);
        const auto found = std::find_if(
            begin, end, [&, wanted = id](auto& item) { return item.second == wanted; });
        ASSERT_EQ(wheel.cancel(id), found != end);
        if (found != end) {
          reference.timers.erase(found);
        }
      } else {
        now += static_cast<std::int64_t>(random() >> (40 + random() % 23));
        check_advance(wheel, reference, now);
      }
      ASSERT_EQ(wheel.size(), reference.timers.size());
      const auto next = wheel.next_due();
      ASSERT_EQ(next.has_value(), !reference.timers.empty());
      if (next) {
        ASSERT_EQ(*next, at(std::max(now, reference.timers.begin()->first)));
      }
    }
  }
}

}  // namespace
