// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/suggestion.h"

#include <gtest/gtest.h>

namespace mainstay::ctl {
namespace {

const std::vector<std::string> kWords{"status", "resource", "constraint", "node", "cib"};

TEST(Suggestion, FindsWhatWasMeant) {
  EXPECT_EQ(nearest_word("sttaus", kWords), "status");
  EXPECT_EQ(nearest_word("resourse", kWords), "resource");
  EXPECT_EQ(nearest_word("nodes", kWords), "node");
  EXPECT_EQ(nearest_word("constrain", kWords), "constraint");
}

TEST(Suggestion, SaysNothingAboutWhatIsFarOff) {
  EXPECT_EQ(nearest_word("stonith", kWords), "");
  EXPECT_EQ(nearest_word("", kWords), "");
  EXPECT_EQ(nearest_word(std::string(100'000, 'x'), kWords), "");
}

}  // namespace
}  // namespace mainstay::ctl
