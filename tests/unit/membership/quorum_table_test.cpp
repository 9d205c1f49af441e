// SPDX-License-Identifier: Apache-2.0
// Expected texts were printed by corosync-quorumtool 3.1.7 itself; the component test compares with
// the tool that is installed.
#include "core/membership/quorum_table.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace mainstay::membership {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

QuorumFacts pair_of_hosts() {
  const VoteFlags flags{.two_node = true, .quorate = true};
  return {.provider = "corosync_votequorum",
          .self_id = 1,
          .ring = {1, 0x254},
          .quorate = true,
          .expected_votes = 2,
          .highest_expected = 2,
          .total_votes = 2,
          .quorum = 1,
          .flags = flags,
          .hosts = {{1, "n1", 1, flags}, {2, "n2", 1, flags}},
          .qdevice_name = {}};
}

TEST(QuorumTable, EqualsTheToolsText) {
  ASSERT_EQ(::setenv("TZ", "UTC", 1), 0);
  EXPECT_EQ(render_quorum_status(pair_of_hosts(), 1793495966),
            "Quorum information\n------------------\n"
            "Date:             Sun Nov  1 01:19:26 2026\n"
            "Quorum provider:  corosync_votequorum\n"
            "Nodes:            2\n"
            "Node ID:          1\n"
            "Ring ID:          1.254\n"
            "Quorate:          Yes\n"
            "\n"
            "Votequorum information\n----------------------\n"
            "Expected votes:   2\n"
            "Highest expected: 2\n"
            "Total votes:      2\n"
            "Quorum:           1  \n"
            "Flags:            2Node Quorate \n"
            "\n"
            "Membership information\n----------------------\n"
            "    Nodeid      Votes Name\n"
            "         1          1 n1 (local)\n"
            "         2          1 n2\n");
}

TEST(QuorumTable, SaysThatActivityIsBlockedWithoutQuorum) {
  QuorumFacts facts = pair_of_hosts();
  facts.quorate = false;
  facts.flags = {.two_node = true, .wait_for_all = true};
  const std::string text = render_quorum_status(facts, 0);
  EXPECT_THAT(text, HasSubstr("Quorate:          No\n"));
  EXPECT_THAT(text, HasSubstr("Quorum:           1 Activity blocked\n"));
  EXPECT_THAT(text, HasSubstr("Flags:            2Node WaitForAll \n"));
}

TEST(QuorumTable, ShowsAQuorumDevice) {
  QuorumFacts facts = pair_of_hosts();
  facts.hosts[0].flags.qdevice_registered = true;
  facts.hosts[0].flags.qdevice_alive = true;
  facts.hosts[0].flags.qdevice_casts_vote = true;
  facts.flags = facts.hosts[0].flags;
  facts.qdevice_votes = 1;
  facts.qdevice_name = "Qdevice";
  EXPECT_THAT(render_membership_table(facts),
              EndsWith("    Nodeid      Votes    Qdevice Name\n"
                       "         1          1    A,V,NMW n1 (local)\n"
                       "         2          1         NR n2\n"
                       "         0          1            Qdevice\n"));
  facts.flags.qdevice_casts_vote = false;
  EXPECT_THAT(render_membership_table(facts),
              EndsWith("         0          0            Qdevice (votes 1)\n"));
}

}  // namespace
}  // namespace mainstay::membership
