// SPDX-License-Identifier: Apache-2.0
#include "core/controller/messages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mainstay::controller {
namespace {

OrderedAction action() {
  return {.key = "3:1:0:uuid",
          .node = "node1",
          .resource = "VIP",
          .task = "start",
          .agent = {"ocf", "heartbeat", "IPaddr2"},
          .interval = Duration{10'000},
          .timeout = Duration{20'000},
          .on_fail = "restart",
          .parameters = {{"ip", "192.168.56.10"}},
          .meta = {{"timeout", "20000"}}};
}

template <class Body>
Body round_trip(Body body) {
  const WallTime sent{Duration{1'700'000'000'123}};
  Result<Envelope> back =
      decode(encode({.session = "s/1", .sent = sent, .message = std::move(body)}));
  EXPECT_TRUE(back);
  EXPECT_EQ(back->session, "s/1");
  EXPECT_EQ(back->sent, sent);
  return std::get<Body>(back->message);
}

TEST(Messages, EveryFieldOfAResultComesBack) {
  const OperationResult result =
      round_trip(OperationResult{.action = action(),
                                 .call_id = 12,
                                 .rc = 7,
                                 .status = model::OperationStatus::timed_out,
                                 .exit_reason = "not UTF-8: \xff",
                                 .took = Duration{5},
                                 .queued = Duration{6}});
  EXPECT_EQ(result.action, action());
  EXPECT_EQ(result.call_id, 12);
  EXPECT_EQ(result.rc, 7);
  EXPECT_EQ(result.status, model::OperationStatus::timed_out);
  EXPECT_EQ(result.exit_reason, "not UTF-8: \xff");
  EXPECT_EQ(result.took, Duration{5});
  EXPECT_EQ(result.queued, Duration{6});
}

TEST(Messages, OffersEditsFactsAndReportsComeBack) {
  const Offer offer = round_trip(Offer{.ballot = 3,
                                       .view = ~0ULL,
                                       .name = "node1",
                                       .session = "x",
                                       .standing = {2, 1},
                                       .quorate = true,
                                       .version = {1, 2, 3},
                                       .state_digest = 1ULL << 63U});
  EXPECT_EQ(offer.view, ~0ULL);
  EXPECT_EQ(offer.standing, (std::vector<std::uint32_t>{2, 1}));
  EXPECT_EQ(offer.version, (cib::Version{1, 2, 3}));
  EXPECT_EQ(offer.state_digest, 1ULL << 63U);
  const cib::Edit edit{.kind = cib::Edit::Kind::set_attributes,
                       .path = "/cib",
                       .xml = "<a b=\"\xc3\xa4\"/>",
                       .attributes = {{"k", "v"}},
                       .before = "z"};
  const EditCib edits = round_trip(EditCib{7, {edit}, {"cibadmin", "root", "node1"}});
  EXPECT_EQ(edits.change, cib::Change{edit});
  EXPECT_EQ(edits.origin.user, "root");
  const NodeAttribute set = round_trip(NodeAttribute{"node2", "pingd", "100 \xff", 7});
  EXPECT_EQ(set.node, "node2");
  EXPECT_EQ(set.request, 7U);
  EXPECT_EQ(set.name, "pingd");
  EXPECT_EQ(set.value, "100 \xff");
  EXPECT_EQ(round_trip(NodeAttribute{"node2", "pingd", std::nullopt}).value, std::nullopt);
  const Facts facts{
      .dc = 1, .quorate = true, .hosts = {{1, "a"}}, .configured = {{1, "a"}, {2, "b"}}};
  EXPECT_EQ(round_trip(facts), facts);
  const PlanReport report{.position = 9, .idle = true, .blocked = {"node2 must be fenced"}};
  EXPECT_EQ(round_trip(report), report);
}

TEST(Messages, GarbageIsRefusedAndNeverThrows) {
  const std::string good = encode({.session = "s", .sent = {}, .message = RunActions{{action()}}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode(good.substr(0, size)));
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bent = good;
    bent[at] = static_cast<char>(bent[at] ^ 0x55);
    (void)decode(bent).has_value();
  }
  EXPECT_FALSE(decode(std::string(100'000, '\x81')));  // arrays within arrays
}

TEST(Messages, AnotherWireVersionIsRefusedWithAReason) {
  std::string bytes;
  nlohmann::json::to_cbor({{"v", kWireVersion + 1}, {"s", ""}, {"w", 0}, {"t", "x"}, {"b", 1}},
                          bytes);
  const Result<Envelope> result = decode(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, make_error_code(Errc::unsupported));
}

}  // namespace
}  // namespace mainstay::controller
