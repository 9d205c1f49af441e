// SPDX-License-Identifier: Apache-2.0
#include "core/controller/hint_pace.h"

#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

constexpr TimePoint kStart{Duration{1'000'000}};

/// How many monitors hints without end cause from `now` on for that long.
int monitors(HintPace& pace, TimePoint& now, Duration time) {
  int count = 0;
  for (const TimePoint end = now + time; (now = pace.next(now)) < end;) {
    pace.began(now);
    ++count;
  }
  return count;
}

TEST(HintPace, LetsTheFirstHintActAtOnce) {
  EXPECT_EQ(HintPace().next(kStart), kStart);
  EXPECT_EQ(HintPace().next(TimePoint{}), TimePoint{});
}

TEST(HintPace, PutsAGapBetweenTwo) {
  HintPace pace;
  pace.began(kStart);
  EXPECT_EQ(pace.next(kStart), kStart + HintPace::kGap);
  EXPECT_EQ(pace.next(kStart + HintPace::kGap * 3), kStart + HintPace::kGap * 3);
}

TEST(HintPace, SlowsDownWhenHintsDoNotEnd) {
  HintPace pace;
  TimePoint now = kStart;
  EXPECT_EQ(monitors(pace, now, Duration(2'000)), 11);
  EXPECT_EQ(monitors(pace, now, Duration(60'000)), 60);
}

TEST(HintPace, RecoversWhenTheyEnd) {
  HintPace pace;
  TimePoint now = kStart;
  monitors(pace, now, Duration(60'000));
  now += HintPace::kRefill * HintPace::kBurst;
  EXPECT_EQ(pace.next(now), now);
  EXPECT_EQ(monitors(pace, now, HintPace::kGap * (HintPace::kBurst - 1)), HintPace::kBurst - 1);
}

}  // namespace
}  // namespace mainstay::controller
