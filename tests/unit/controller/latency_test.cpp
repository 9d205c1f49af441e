// SPDX-License-Identifier: Apache-2.0
#include "core/controller/latency.h"

#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

constexpr Duration kTimeout{20'000};
using Remark = Latency::Remark;

int remarks(Latency& latency, Remark wanted, int runs, Duration took) {
  int made = 0;
  for (int run = 0; run < runs; ++run) {
    made += latency.add(took, kTimeout) == wanted ? 1 : 0;
  }
  return made;
}

TEST(Latency, SteadyRunsAreNotRemarkedOn) {
  Latency latency;
  EXPECT_EQ(remarks(latency, Remark::none, 1'000, Duration{3'000}), 1'000);
  EXPECT_EQ(latency.usual(), Duration{3'000});
  latency.add(Duration{4'000}, kTimeout);
  latency.add(Duration{2'000}, kTimeout);
  EXPECT_EQ(latency.runs(), 1'002U);
  EXPECT_EQ(latency.longest(), Duration{4'000});
  EXPECT_EQ(latency.last(), Duration{2'000});
}

TEST(Latency, OneRunNearTheTimeoutIsRemarkedOnOnce) {
  Latency latency;
  remarks(latency, Remark::none, 10, Duration{100});
  EXPECT_EQ(latency.add(Duration{16'000}, kTimeout), Remark::near_timeout);
  EXPECT_EQ(remarks(latency, Remark::near_timeout, 50, Duration{17'000}), 0);
  remarks(latency, Remark::none, 100, Duration{100});
  EXPECT_EQ(latency.add(Duration{16'000}, kTimeout), Remark::near_timeout);
}

TEST(Latency, ARiseIsRemarkedOnLongBeforeTheTimeout) {
  Latency latency;
  remarks(latency, Remark::none, 200, Duration{400});
  EXPECT_EQ(remarks(latency, Remark::rising, 16, Duration{4'000}), 1);
}

TEST(Latency, ARiseFarBelowTheTimeoutIsNoNews) {
  Latency latency;
  remarks(latency, Remark::none, 200, Duration{1});
  EXPECT_EQ(remarks(latency, Remark::none, 100, Duration{500}), 100);
}

TEST(Latency, WhatIsUsualIsNotKnownFromAFewRuns) {
  Latency latency;
  latency.add(Duration{10}, kTimeout);
  EXPECT_EQ(remarks(latency, Remark::rising, 20, Duration{8'000}), 0);
}

}  // namespace
}  // namespace mainstay::controller
