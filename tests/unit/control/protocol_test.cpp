// SPDX-License-Identifier: Apache-2.0
#include "core/control/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::control {
namespace {

using testing::HasSubstr;

TEST(Protocol, KeepsEveryFieldOfAChange) {
  ChangeCib change;
  change.origin = {.client = "mainstay", .user = "root", .node = "node1"};
  change.change.push_back({.kind = cib::Edit::Kind::set_attributes,
                           .path = "/cib/configuration",
                           .xml = "<a/>",
                           .attributes = {{"k", "v"}},
                           .before = "b"});
  const auto decoded = decode_request(encode(Request{change}));
  ASSERT_TRUE(decoded) << decoded.error().context;
  const auto* got = std::get_if<ChangeCib>(&*decoded);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->change, change.change);
  EXPECT_EQ(got->origin.node, "node1");
}

TEST(Protocol, KeepsEveryFieldOfAStatus) {
  Reply reply;
  reply.cib = "<cib/>";
  ClusterStatus status;
  status.self = {1, "node1"};
  status.membership = "corosync";
  status.connected = status.synced = status.idle = true;
  status.view = {.ring_seq = 7,
                 .quorate = true,
                 .hosts = {{1, "node1"}, {2, "node2"}},
                 .members = {{1, "node1"}},
                 .configured = {{1, "node1"}, {2, "node2"}}};
  status.dc = "node1";
  status.in_flight = {"start VIP on node1"};
  status.blocked = {"b"};
  status.notices = {"n"};
  status.daemon_version = "1";
  reply.status = status;
  const auto decoded = decode_reply(encode(reply));
  ASSERT_TRUE(decoded) << decoded.error().context;
  ASSERT_TRUE(decoded->status);
  EXPECT_EQ(decoded->status->view, status.view);
  EXPECT_EQ(decoded->status->in_flight, status.in_flight);
  EXPECT_EQ(decoded->status->notices, status.notices);
  EXPECT_EQ(decoded->cib, "<cib/>");
  EXPECT_FALSE(decoded->error);
}

TEST(Protocol, KeepsTheKindOfAnError) {
  const auto ours = decode_reply(encode(Reply{.error = fail(Errc::conflict, "taken")}));
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->error->code, Errc::conflict);
  const auto theirs = decode_reply(encode(Reply{.error = fail_errno("x", ENOSPC)}));
  ASSERT_TRUE(theirs);
  EXPECT_EQ(theirs->error->code, std::errc::no_space_on_device);
}

TEST(Protocol, NamesTheFieldThatIsWrong) {
  for (const auto& [json, field] :
       {std::pair{"{}", "'request'"}, std::pair{R"({"request":7})", "'request'"},
        std::pair{R"({"request":"dance"})", "'dance'"},
        std::pair{R"({"request":"replace","xml":"","origin":{}})", "'client'"},
        std::pair{"{", "malformed request"}, std::pair{"\xff", "malformed request"}}) {
    const auto decoded = decode_request(json);
    ASSERT_FALSE(decoded) << json;
    EXPECT_EQ(decoded.error().code, Errc::invalid_input);
    EXPECT_THAT(decoded.error().context, HasSubstr(field));
  }
}

TEST(Protocol, FramesWithABigEndianLength) {
  EXPECT_EQ(frame("abc"), std::string("\0\0\0\3abc", 7));
}

}  // namespace
}  // namespace mainstay::control
