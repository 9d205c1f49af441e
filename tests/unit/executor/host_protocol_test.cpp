// SPDX-License-Identifier: Apache-2.0
// Frames survive the trip; nothing else is taken for one.
#include "core/executor/host_protocol.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using namespace mainstay::executor;
using mainstay::Duration;

RunFrame sample() {
  RunFrame frame;
  frame.id = 7;
  frame.resource = "VIP:1";
  frame.standard = "ocf";
  frame.provider = "heartbeat";
  frame.type = "IPaddr2";
  frame.action = "monitor";
  frame.parameters = {{"ip", "10.0.0.1"}, {"label", "\xff\x01 ü"}};
  frame.meta = {{"clone-max", "2"}};
  frame.timeout = Duration(20'000);
  frame.interval = Duration(10'000);
  return frame;
}

TEST(HostProtocol, BringsBackWhatWasEncoded) {
  const std::vector<Frame> frames = {sample(),
                                     ReadyFrame{.failure = "why"},
                                     SpawnedFrame{3, 4711},
                                     EndedFrame{9, Ending::timed_out, 191, true, true, "reason"},
                                     UnwatchFrame{"VIP:1"},
                                     ChangedFrame{"VIP:1"},
                                     AttributeFrame{{"pingd", "100", Duration(5000)}},
                                     AttributeFrame{{"master-db", std::nullopt, Duration(0)}}};
  for (const Frame& frame : frames) {
    const auto bytes = encode(frame);
    ASSERT_TRUE(bytes);
    const auto back = decode(*bytes);
    ASSERT_TRUE(back) << back.error().context;
    EXPECT_TRUE(*back == frame);
  }
}

TEST(HostProtocol, RefusesAttributesThatCouldNotStandInACib) {
  for (const AttributeFrame& bad :
       {AttributeFrame{{"", "1", Duration(0)}}, AttributeFrame{{"a\nb", "1", Duration(0)}},
        AttributeFrame{{"a", std::string("\x01"), Duration(0)}},
        AttributeFrame{{std::string(1025, 'a'), "1", Duration(0)}}}) {
    EXPECT_FALSE(decode(*encode(bad)));
  }
}

TEST(HostProtocol, RefusesAFrameThatFitsIntoNoPacket) {
  RunFrame frame = sample();
  frame.parameters["big"] = std::string(kMaxFrame, 'x');
  EXPECT_FALSE(encode(frame));
}

TEST(HostProtocol, NeverNamesTheProcessGroupsOfEverybody) {
  for (const int group : {-1, 0, 1}) {
    EXPECT_FALSE(decode(*encode(SpawnedFrame{1, group}))) << group;
  }
}

TEST(HostProtocol, RefusesWhatIsCutShortOrGoesOn) {
  for (const Frame& frame :
       {Frame(sample()), Frame(EndedFrame{9, Ending::done, 0, false, false, "reason"})}) {
    const std::string bytes = *encode(frame);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << size;
    }
    EXPECT_FALSE(decode(bytes + '\0'));
  }
}

TEST(HostProtocol, RefusesGarbage) {
  std::mt19937 random(1);
  const std::string good = *encode(sample());
  int refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes = good;
    if (round % 2 == 0) {
      bytes.assign(random() % 64, '\0');
      for (char& byte : bytes) {
        byte = static_cast<char>(random());
      }
    } else {
      for (unsigned i = 0; i <= random() % 4; ++i) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      bytes.resize(bytes.size() - random() % 3);
    }
    refused += decode(bytes) ? 0 : 1;
  }
  EXPECT_GT(refused, 25'000);
}

}  // namespace
