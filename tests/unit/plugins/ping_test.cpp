// SPDX-License-Identifier: Apache-2.0
// ping's messages and intervals.
#include <gtest/gtest.h>

#include "plugins/ping/echo.h"
#include "plugins/ping/settings.h"

namespace {

using mainstay::ping::encode_request;
using mainstay::ping::is_reply;
using mainstay::ping::read_interval;
using std::chrono::milliseconds;

TEST(Echo, RequestsCarryARightChecksum) {
  const auto request = encode_request(false, 0x1234, 7);
  EXPECT_EQ(request[0], 8);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < request.size(); i += 2) {
    sum += static_cast<std::uint32_t>(request[i] << 8U) | request[i + 1];
  }
  sum = (sum & 0xFFFFU) + (sum >> 16U);
  EXPECT_EQ(sum, 0xFFFFU);
  EXPECT_EQ(encode_request(true, 1, 1)[0], 128);
}

TEST(Echo, KnowsItsOwnAnswers) {
  auto answer = encode_request(false, 0x1234, 7);
  EXPECT_FALSE(is_reply(answer, false, 0x1234, false));
  answer[0] = 0;
  EXPECT_TRUE(is_reply(answer, false, 0x1234, false));
  EXPECT_FALSE(is_reply(answer, false, 0x1235, false));
  EXPECT_TRUE(is_reply(answer, false, 0x1235, true));
  EXPECT_FALSE(is_reply(answer, true, 0x1234, false));
  EXPECT_FALSE(is_reply(std::span(answer).first(7), false, 0x1234, false));
}

TEST(ReadInterval, KnowsTheUnitsOfCibs) {
  EXPECT_EQ(read_interval("5"), milliseconds(5000));
  EXPECT_EQ(read_interval("5s"), milliseconds(5000));
  EXPECT_EQ(read_interval("250ms"), milliseconds(250));
  EXPECT_EQ(read_interval("2min"), milliseconds(120'000));
  EXPECT_EQ(read_interval("soon"), std::nullopt);
  EXPECT_EQ(read_interval("5 parsecs"), std::nullopt);
  EXPECT_EQ(read_interval(""), std::nullopt);
}

}  // namespace
