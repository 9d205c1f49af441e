// SPDX-License-Identifier: Apache-2.0
#include "core/executor/offenders.h"

#include <gtest/gtest.h>

namespace {

using mainstay::Duration;
using mainstay::TimePoint;
using mainstay::executor::Offence;
using mainstay::executor::Offenders;
using Standing = Offenders::Standing;

constexpr TimePoint kNow{Duration{1'000'000}};

Offenders after(std::size_t crashes, std::size_t timeouts) {
  Offenders offenders;
  for (std::size_t i = 0; i < crashes; ++i) {
    offenders.record("bad", Offence::crash, kNow);
  }
  for (std::size_t i = 0; i < timeouts; ++i) {
    offenders.record("bad", Offence::timeout, kNow);
  }
  return offenders;
}

TEST(Offenders, GetAHostOfTheirOwnAndAreThenGivenUpOn) {
  EXPECT_EQ(after(0, 0).standing("bad", kNow), Standing::trusted);
  EXPECT_EQ(after(2, 0).standing("bad", kNow), Standing::trusted);
  EXPECT_EQ(after(3, 0).standing("bad", kNow), Standing::own_host);
  EXPECT_EQ(after(5, 0).standing("bad", kNow), Standing::own_host);
  EXPECT_EQ(after(6, 0).standing("bad", kNow), Standing::given_up);
  EXPECT_EQ(after(6, 0).standing("good", kNow), Standing::trusted);
}

TEST(Offenders, AreNeverGivenUpOnForBeingSlow) {
  EXPECT_EQ(after(0, 3).standing("bad", kNow), Standing::own_host);
  EXPECT_EQ(after(0, 100).standing("bad", kNow), Standing::own_host);
  EXPECT_EQ(after(5, 1).standing("bad", kNow), Standing::own_host);
}

TEST(Offenders, AreForgiven) {
  Offenders offenders = after(6, 0);
  EXPECT_EQ(offenders.standing("bad", kNow + Offenders::kMemory - Duration{1}), Standing::given_up);
  EXPECT_EQ(offenders.standing("bad", kNow + Offenders::kMemory), Standing::trusted);
}

TEST(Offenders, AreRememberedUpToALimit) {
  Offenders offenders;
  for (std::size_t i = 0; i <= Offenders::kMost; ++i) {
    for (std::size_t times = 0; times < Offenders::kOwnHost; ++times) {
      offenders.record(std::to_string(i), Offence::crash, kNow);
    }
  }
  EXPECT_EQ(offenders.standing("0", kNow), Standing::own_host);
  EXPECT_EQ(offenders.standing(std::to_string(Offenders::kMost), kNow), Standing::trusted);
  const TimePoint later = kNow + Offenders::kMemory;
  for (std::size_t times = 0; times < Offenders::kOwnHost; ++times) {
    offenders.record("late", Offence::crash, later);
  }
  EXPECT_EQ(offenders.standing("late", later), Standing::own_host);
}

}  // namespace
