// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/report/status_text.h"

namespace mainstay::report {
namespace {

TEST(IntervalText, NamesEveryUnitThatIsThere) {
  EXPECT_EQ(interval_text(Duration{0}), "0s");
  EXPECT_EQ(interval_text(Duration{100}), "100ms");
  EXPECT_EQ(interval_text(Duration{1'500}), "1.500s");
  EXPECT_EQ(interval_text(Duration{10'000}), "10s");
  EXPECT_EQ(interval_text(Duration{90'000}), "1m30s");
  EXPECT_EQ(interval_text(Duration{86'400'000 + 7'200'000 + 5}), "1d2h5ms");
}

}  // namespace
}  // namespace mainstay::report
