// SPDX-License-Identifier: Apache-2.0
#include "core/cib/duration.h"

#include <gtest/gtest.h>

namespace mainstay::cib {
namespace {

TEST(Duration, ReadsTheFormsOfACib) {
  EXPECT_EQ(parse_duration("10"), Duration{10'000});
  EXPECT_EQ(parse_duration(" 10s"), Duration{10'000});
  EXPECT_EQ(parse_duration("500ms"), Duration{500});
  EXPECT_EQ(parse_duration("3000us"), Duration{3});
  EXPECT_EQ(parse_duration("2min"), Duration{120'000});
  EXPECT_EQ(parse_duration("1h"), Duration{3'600'000});
  EXPECT_EQ(parse_duration("INFINITY"), Duration{1'000'000'000});
}

TEST(Duration, ReadsIso8601) {
  EXPECT_EQ(parse_duration("PT5M"), Duration{300'000});
  EXPECT_EQ(parse_duration("P1M"), Duration{30LL * 86'400'000});
  EXPECT_EQ(parse_duration("P1DT1H1S"), Duration{86'400'000 + 3'600'000 + 1'000});
}

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "soon", "5x", "P", "PT", "P5", "PT5X", "99999999999999999h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mainstay::cib
