// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"

#include <gtest/gtest.h>

namespace mainstay {
namespace {

TEST(Log, QuotesOnlyValuesThatNeedIt) {
  EXPECT_EQ(render_fields({{"resource", "VIP"}, {"reason", "two words"}, {"none", ""}}),
            R"(resource=VIP reason="two words" none="")");
}

TEST(Log, NeverLetsAValueStartANewLine) {
  EXPECT_EQ(render_fields({{"reason", "a\nb\x01\"c\""}}), R"(reason="a\nb?\"c\"")");
}

}  // namespace
}  // namespace mainstay
