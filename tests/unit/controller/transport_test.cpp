// SPDX-License-Identifier: Apache-2.0
#include "core/controller/transport.h"

#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

std::string big(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t at = 0; at < size; at += 1000) {
    text[at] = static_cast<char>('a' + at / 1000 % 26);
  }
  return text;
}

/// Brings everything that is sent to a receiver and back to the sender; gives whole messages.
std::vector<std::string> pass_all(Transport& sender, Transport& receiver) {
  std::vector<std::string> whole;
  for (auto payloads = sender.take(); !payloads.empty(); payloads = sender.take()) {
    for (const std::string& payload : payloads) {
      EXPECT_TRUE(sender.receive(1, payload));
      auto message = receiver.receive(1, payload);
      EXPECT_TRUE(message);
      if (*message) {
        whole.push_back(**message);
      }
    }
  }
  return whole;
}

TEST(Transport, CarriesSmallAndLargeMessagesInOrder) {
  Transport sender(1);
  Transport receiver(2);
  sender.send("small");
  sender.send(big(5'000'000));
  sender.send("last");
  const auto whole = pass_all(sender, receiver);
  ASSERT_EQ(whole.size(), 3U);
  EXPECT_EQ(whole[0], "small");
  EXPECT_EQ(whole[1], big(5'000'000));
  EXPECT_EQ(whole[2], "last");
  EXPECT_EQ(sender.queued(), 0U);
}

TEST(Transport, NeverHasMoreThanTheWindowOnTheWay) {
  Transport sender(1);
  sender.send(big(20'000'000));
  std::size_t bytes = 0;
  for (const std::string& payload : sender.take()) {
    bytes += payload.size();
    EXPECT_LT(payload.size(), 1'000'000U);
  }
  EXPECT_LE(bytes, Transport::kWindow + Transport::kPiece);
  EXPECT_TRUE(sender.take().empty());
}

TEST(Transport, ResendsWhatAChangeOfMembersVoided) {
  Transport sender(1);
  Transport receiver(2);
  const std::string message = big(3'000'000);
  sender.send(message);
  const auto first = sender.take();
  ASSERT_GT(first.size(), 2U);
  EXPECT_TRUE(sender.receive(1, first[0]));
  EXPECT_TRUE(receiver.receive(1, first[0]));
  sender.restart();
  receiver.restart();
  for (std::size_t index = 1; index < first.size(); ++index) {
    EXPECT_TRUE(sender.receive(1, first[index]));
    EXPECT_FALSE(*receiver.receive(1, first[index]));
  }
  const auto whole = pass_all(sender, receiver);
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0], message);
}

TEST(Transport, DoesNotResendWhatArrivesWholeAfterTheChange) {
  Transport sender(1);
  Transport receiver(2);
  sender.send(big(1'500'000));
  const auto payloads = sender.take();
  sender.restart();
  receiver.restart();
  int whole = 0;
  for (const std::string& payload : payloads) {
    EXPECT_TRUE(sender.receive(1, payload));
    whole += *receiver.receive(1, payload) ? 1 : 0;
  }
  EXPECT_EQ(whole, 1);
  EXPECT_TRUE(pass_all(sender, receiver).empty());
}

TEST(Transport, DropsAHalfSentMessageThatIsNotLasting) {
  Transport sender(1);
  sender.send(big(3'000'000), false);
  const auto first = sender.take();
  EXPECT_TRUE(sender.receive(1, first[0]));
  sender.restart();
  EXPECT_EQ(sender.queued(), 0U);
}

TEST(Transport, RefusesMalformedPayloads) {
  Transport receiver(2);
  EXPECT_FALSE(receiver.receive(1, ""));
  EXPECT_FALSE(receiver.receive(1, "short"));
  std::string payload(24, '\xff');
  payload += "x";
  EXPECT_FALSE(receiver.receive(1, payload));
  std::string oversized;
  for (const std::uint64_t value : {1ULL, 1ULL << 40U, 0ULL}) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      oversized.push_back(static_cast<char>((value >> shift) & 0xFFU));
    }
  }
  oversized += "data";
  EXPECT_FALSE(receiver.receive(1, oversized));
}

}  // namespace
}  // namespace mainstay::controller
