// SPDX-License-Identifier: Apache-2.0
#include "core/membership/standalone.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/membership/send_queue.h"

namespace mainstay::membership {
namespace {

using testing::ElementsAre;

struct Recorder : Listener {
  Membership* membership = nullptr;
  std::vector<std::string> seen;

  void on_view(const model::View& view) override {
    seen.push_back("view " + view.members.at(0).name + (view.quorate ? " quorate" : ""));
    EXPECT_TRUE(membership->broadcast("from the view"));
  }
  void on_message(std::uint32_t from, std::string_view payload) override {
    seen.push_back(std::to_string(from) + " " + std::string(payload));
    if (payload == "a") {
      EXPECT_TRUE(membership->broadcast("answer to a"));
      EXPECT_EQ(seen.back(), "1 a") << "no delivery from inside broadcast";
    }
    if (payload == "leave") {
      membership->leave();
    }
  }
  void on_disconnected(const Error&) override { seen.emplace_back("disconnected"); }
};

class Standalone : public testing::Test {
 protected:
  Standalone() { recorder_.membership = &membership_; }

  boost::asio::io_context io_;
  Recorder recorder_;
  StandaloneMembership membership_{io_, "alpha"};
};

TEST_F(Standalone, DeliversViewThenMessagesInOrder) {
  EXPECT_FALSE(membership_.broadcast("too early"));
  ASSERT_TRUE(membership_.join(recorder_));
  EXPECT_THAT(recorder_.seen, ElementsAre()) << "nothing comes from inside join";
  io_.run();
  EXPECT_TRUE(membership_.broadcast("a"));
  EXPECT_TRUE(membership_.broadcast("b"));
  io_.restart();
  io_.run();
  EXPECT_THAT(recorder_.seen,
              ElementsAre("view alpha quorate", "1 from the view", "1 a", "1 b", "1 answer to a"));
  EXPECT_EQ(membership_.self(), (model::Node{1, "alpha"}));
}

TEST_F(Standalone, NothingComesAfterLeave) {
  ASSERT_TRUE(membership_.join(recorder_));
  io_.run();
  EXPECT_TRUE(membership_.broadcast("leave"));
  EXPECT_TRUE(membership_.broadcast("lost"));
  io_.restart();
  io_.run();
  EXPECT_EQ(recorder_.seen.back(), "1 leave");
  EXPECT_FALSE(membership_.broadcast("after"));
}

TEST_F(Standalone, LimitsAreKept) {
  ASSERT_TRUE(membership_.join(recorder_));
  io_.run();
  EXPECT_TRUE(membership_.broadcast(std::string(kMaxPayload, 'x')));
  EXPECT_FALSE(membership_.broadcast(std::string(kMaxPayload + 1, 'x')));
  EXPECT_FALSE(membership_.congested());
  Status last = Done{};
  for (int i = 0; i < 100 && last; ++i) {
    last = membership_.broadcast(std::string(kMaxPayload, 'x'));
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, make_error_code(Errc::limit_exceeded));
  EXPECT_TRUE(membership_.congested());
}

TEST(SendQueue, CountsBytesAndMessages) {
  SendQueue queue;
  EXPECT_TRUE(queue.push("one"));
  EXPECT_FALSE(queue.push(std::string(SendQueue::kMaxBytes - 2, 'x')));
  EXPECT_EQ(queue.size(), 1U) << "a refused payload changes nothing";
  EXPECT_TRUE(queue.push(std::string(SendQueue::kMaxBytes - 3, 'x')));
  EXPECT_TRUE(queue.more_than_half_full());
  EXPECT_EQ(queue.front(), "one");
  queue.pop();
  queue.pop();
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.more_than_half_full());
  for (std::size_t i = 0; i < SendQueue::kMaxCount; ++i) {
    ASSERT_TRUE(queue.push(""));
  }
  EXPECT_FALSE(queue.push(""));
}

}  // namespace
}  // namespace mainstay::membership
