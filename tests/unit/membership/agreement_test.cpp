// SPDX-License-Identifier: Apache-2.0
#include "core/membership/agreement.h"

#include <gmock/gmock.h>

namespace mainstay::membership {
namespace {

using model::Node;
using model::View;
using testing::Optional;

const RingId kFirst{1, 4};
const RingId kSecond{1, 8};
const RingId kThird{2, 12};

Agreement two_nodes() {
  Agreement agreement(1);
  agreement.nodelist_is({{2, "beta"}, {1, "alpha"}});
  return agreement;
}

Agreement joined_alone() {
  Agreement agreement = two_nodes();
  agreement.quorum_is(kFirst, true);
  agreement.ring_is(kFirst, {1});
  agreement.group_is({1}, false);
  (void)agreement.take_view();
  return agreement;
}

TEST(Agreement, GivesOneViewWhenRingGroupAndQuorumAreKnown) {
  Agreement agreement = two_nodes();
  agreement.ring_is(kFirst, {2, 1});
  EXPECT_EQ(agreement.take_view(), std::nullopt);
  agreement.quorum_is(kFirst, true);
  EXPECT_EQ(agreement.take_view(), std::nullopt) << "we are not in the group yet";
  agreement.group_is({1}, false);
  EXPECT_THAT(agreement.take_view(), Optional(View{.ring_seq = 4,
                                                   .quorate = true,
                                                   .hosts = {{1, "alpha"}, {2, "beta"}},
                                                   .members = {{1, "alpha"}},
                                                   .configured = {{1, "alpha"}, {2, "beta"}}}));
  EXPECT_EQ(agreement.take_view(), std::nullopt) << "taken once";
}

TEST(Agreement, WaitsForQuorumToNameTheNewRing) {
  Agreement agreement = joined_alone();
  agreement.group_is({1, 2}, true);
  EXPECT_FALSE(agreement.waiting()) << "the ring of this change is still to be read";
  EXPECT_EQ(agreement.take_view(), std::nullopt);
  agreement.ring_is(kSecond, {1, 2});
  EXPECT_TRUE(agreement.waiting());
  EXPECT_EQ(agreement.take_view(), std::nullopt);
  agreement.quorum_is(kSecond, true);
  EXPECT_FALSE(agreement.waiting());
  const auto view = agreement.take_view();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->ring_seq, 8U);
  EXPECT_EQ(view->members.size(), 2U);
}

TEST(Agreement, QuorumAheadOfCpgChangesNothingUntilCpgFollows) {
  Agreement agreement = joined_alone();
  agreement.quorum_is(kSecond, false);
  agreement.quorum_is(kThird, true);
  EXPECT_EQ(agreement.take_view(), std::nullopt);
  agreement.ring_is(kSecond, {1});
  const auto between = agreement.take_view();
  ASSERT_TRUE(between);
  EXPECT_FALSE(between->quorate) << "each ring keeps its own verdict";
  agreement.ring_is(kThird, {1});
  const auto last = agreement.take_view();
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->quorate);
}

TEST(Agreement, RingThatQuorumPassedOverIsNotQuorate) {
  Agreement agreement = joined_alone();
  agreement.quorum_is(kThird, true);
  agreement.ring_is(kSecond, {1});
  EXPECT_FALSE(agreement.waiting());
  const auto view = agreement.take_view();
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->quorate);
}

TEST(Agreement, QuorumAloneChangesTheViewOfTheSameRing) {
  Agreement agreement = joined_alone();
  agreement.quorum_is(kFirst, false);
  const auto view = agreement.take_view();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->ring_seq, 4U);
  EXPECT_FALSE(view->quorate);
  agreement.quorum_is(kFirst, false);
  EXPECT_EQ(agreement.take_view(), std::nullopt) << "nothing new";
}

TEST(Agreement, DaemonThatComesOrGoesChangesMembersAndNotHosts) {
  Agreement agreement = joined_alone();
  agreement.group_is({1, 2}, true);
  agreement.ring_is(kSecond, {1, 2});
  agreement.quorum_is(kSecond, true);
  (void)agreement.take_view();
  agreement.group_is({1}, false);
  const auto view = agreement.take_view();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->hosts.size(), 2U);
  EXPECT_EQ(view->members, (std::vector<Node>{{1, "alpha"}}));
}

TEST(Agreement, TwoProcessesOfOneHostAreOneMember) {
  Agreement agreement = joined_alone();
  agreement.group_is({1, 1}, false);
  EXPECT_EQ(agreement.take_view(), std::nullopt);
}

TEST(Agreement, NameOutlivesTheNodelist) {
  Agreement agreement = joined_alone();
  agreement.ring_is(kSecond, {1, 2, 9});
  agreement.quorum_is(kSecond, true);
  agreement.nodelist_is({{1, "alpha"}});
  const auto view = agreement.take_view();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->hosts, (std::vector<Node>{{1, "alpha"}, {2, "beta"}, {9, "node9"}}));
  EXPECT_EQ(view->configured, (std::vector<Node>{{1, "alpha"}}));
}

TEST(Agreement, DescribesBothRings) {
  Agreement agreement = joined_alone();
  agreement.ring_is(kThird, {1});
  EXPECT_EQ(agreement.describe(), "ring 2.c, quorum last spoke of ring 1.4");
}

}  // namespace
}  // namespace mainstay::membership
