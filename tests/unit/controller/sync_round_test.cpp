// SPDX-License-Identifier: Apache-2.0
#include "core/controller/sync_round.h"

#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

using Ids = std::vector<std::uint32_t>;

Offer offer(std::uint64_t digest, std::uint64_t epoch, Ids standing = {}, bool quorate = false) {
  Offer made;
  made.name = "n";
  made.session = "s" + std::to_string(digest);
  made.standing = std::move(standing);
  made.quorate = quorate;
  made.version = {0, epoch, 0};
  made.state_digest = digest;
  return made;
}

TEST(SyncRound, WaitsForEveryMember) {
  SyncRound round(1, {1, 2});
  round.add(2, offer(1, 1));
  EXPECT_FALSE(round.complete());
  EXPECT_EQ(round.silent(), Ids{1});
  round.add(1, offer(2, 1));
  EXPECT_TRUE(round.complete());
}

TEST(SyncRound, AFreshClusterTakesTheNewestConfiguration) {
  SyncRound round(1, {1, 2, 3});
  round.add(1, offer(1, 5));
  round.add(2, offer(2, 7));
  round.add(3, offer(1, 5));
  const SyncResult result = round.decide();
  EXPECT_EQ(result.winners, Ids{2});
  EXPECT_EQ(result.sender, 2U);
  EXPECT_EQ(result.standing, (Ids{1, 2, 3}));
  EXPECT_EQ(result.joiners.size(), 3U);
}

TEST(SyncRound, QuorumBeatsANewerConfiguration) {
  SyncRound round(1, {1, 2, 3});
  round.add(1, offer(1, 9, {1}, false));
  round.add(2, offer(2, 7, {3, 2}, true));
  round.add(3, offer(2, 7, {3, 2}, true));
  const SyncResult result = round.decide();
  EXPECT_EQ(result.winners, (Ids{2, 3}));
  EXPECT_EQ(result.sender, 3U);
  EXPECT_EQ(result.standing, (Ids{3, 2, 1}));
  ASSERT_EQ(result.joiners.size(), 1U);
  EXPECT_TRUE(result.joiners.contains(1));
}

TEST(SyncRound, AMemberThatCameBackUnnoticedStartsAnew) {
  SyncRound round(4, {1, 2});
  round.add(1, offer(1, 7, {2, 1}, true));
  round.add(2, offer(9, 7));
  const SyncResult result = round.decide();
  EXPECT_EQ(result.standing, (Ids{1, 2}));
  EXPECT_TRUE(result.joiners.contains(2));
  EXPECT_FALSE(result.joiners.contains(1));
}

TEST(SyncRound, NobodyNeedsASnapshotAmongEquals) {
  SyncRound round(1, {1, 2});
  round.add(1, offer(1, 7));
  round.add(2, offer(1, 7));
  EXPECT_EQ(round.decide().sender, 0U);
}

}  // namespace
}  // namespace mainstay::controller
