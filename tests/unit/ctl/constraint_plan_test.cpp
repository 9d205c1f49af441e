// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/constraint_plan.h"

#include <gmock/gmock.h>

#include "core/ctl/settings_plan.h"
#include "tests/unit/ctl/plan_fixture.h"

namespace mainstay::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

cib::Document vip_and_web() {
  auto cib = two_nodes();
  must_apply(cib, create(cib, "VIP ocf:heartbeat:IPaddr2 ip=192.168.56.10"));
  must_apply(cib, create(cib, "Web systemd:apache2", false));
  return cib;
}

TEST(Constraints, ArePrintedAsPcsPrintsThem) {
  auto cib = vip_and_web();
  must_apply(cib, plan_colocation(cib, words("Web with VIP INFINITY"), false));
  const auto order = plan_order(cib, words("VIP then Web"), false);
  must_apply(cib, order);
  EXPECT_EQ(order->messages, Words{"Adding VIP Web (kind: Mandatory) (Options: first-action=start "
                                   "then-action=start)"});
  must_apply(cib, plan_location(cib, words("VIP prefers node1=50"), false));
  must_apply(cib, plan_location(cib, words("Web avoids node2"), false));
  EXPECT_EQ(constraint_text(cib, true),
            "Location Constraints:\n"
            "  Resource: VIP\n"
            "    Enabled on:\n"
            "      Node: node1 (score:50) (id:location-VIP-node1-50)\n"
            "  Resource: Web\n"
            "    Disabled on:\n"
            "      Node: node2 (score:-INFINITY) (id:location-Web-node2--INFINITY)\n"
            "Ordering Constraints:\n"
            "  start VIP then start Web (kind:Mandatory) (id:order-VIP-Web-mandatory)\n"
            "Colocation Constraints:\n"
            "  Web with VIP (score:INFINITY) (id:colocation-Web-VIP-INFINITY)\n"
            "Ticket Constraints:\n");
}

TEST(Constraints, NameAMissingResource) {
  const auto cib = vip_and_web();
  EXPECT_EQ(plan_colocation(cib, words("Nope with VIP"), false).error().context,
            "Resource 'Nope' does not exist");
  EXPECT_EQ(plan_order(cib, words("VIP then Nope"), false).error().context,
            "Resource 'Nope' does not exist");
}

TEST(Constraints, RefuseAScoreThatIsNoScore) {
  const auto cib = vip_and_web();
  EXPECT_THAT(plan_location(cib, words("VIP prefers node1=much"), false).error().context,
              HasSubstr("invalid score 'much'"));
  EXPECT_THAT(plan_colocation(cib, words("Web with VIP much"), false).error().context,
              HasSubstr("invalid score 'much'"));
}

TEST(Constraints, AreNotStoredTwice) {
  auto cib = vip_and_web();
  must_apply(cib, plan_order(cib, words("start VIP then stop Web kind=Optional"), false));
  EXPECT_THAT(plan_order(cib, words("VIP then stop Web"), false).error().context,
              HasSubstr("duplicate constraint already exists"));
  must_apply(cib, plan_order(cib, words("VIP then Web"), false));
}

TEST(Location, ReplacesTheScoreOfTheSameNode) {
  auto cib = vip_and_web();
  must_apply(cib, plan_location(cib, words("VIP prefers node1"), false));
  must_apply(cib, plan_location(cib, words("VIP prefers node1"), false));
  must_apply(cib, plan_location(cib, words("VIP avoids node1=7"), false));
  EXPECT_THAT(part(cib, "constraints"), Not(HasSubstr("\"INFINITY\"")));
  EXPECT_THAT(part(cib, "constraints"), HasSubstr("score=\"-7\""));
  EXPECT_FALSE(plan_location(cib, words("VIP prefers nodeX"), false));
}

TEST(Constraints, AreDeletedById) {
  auto cib = vip_and_web();
  must_apply(cib, plan_order(cib, words("VIP then Web id=mine"), false));
  must_apply(cib, plan_constraint_delete(cib, {"mine"}));
  EXPECT_EQ(plan_constraint_delete(cib, {"mine"}).error().context,
            "Unable to find constraint - 'mine'");
}

TEST(Ban, IsTakenBackByClear) {
  auto cib = vip_and_web();
  const std::string before = cib.compact_text().substr(cib.compact_text().find("<constraints"));
  must_apply(cib, plan_ban(cib, "VIP", "node1"));
  must_apply(cib, plan_prefer(cib, "VIP", "node2"));
  EXPECT_THAT(cib.compact_text(), HasSubstr("id=\"cli-ban-VIP-on-node1\" rsc=\"VIP\" "
                                            "role=\"Started\" node=\"node1\" score=\"-INFINITY\""));
  must_apply(cib, plan_clear(cib, "VIP", ""));
  EXPECT_EQ(cib.compact_text().substr(cib.compact_text().find("<constraints")), before);
}

TEST(Properties, AreSetAndUnset) {
  auto cib = two_nodes();
  must_apply(cib, plan_property_set(cib, {{"stonith-enabled", "false"}}, false));
  EXPECT_EQ(property_text(cib, {}), "Cluster Properties:\n stonith-enabled: false\n");
  must_apply(cib, plan_property_set(cib, {{"no-quorum-policy", "stop"}}, false));
  must_apply(cib, plan_property_unset(cib, {"stonith-enabled"}, false));
  EXPECT_EQ(property_text(cib, {}), "Cluster Properties:\n no-quorum-policy: stop\n");
  EXPECT_FALSE(plan_property_unset(cib, {"stonith-enabled"}, false));
}

TEST(Properties, RefuseUnknownNamesAndValues) {
  const auto cib = two_nodes();
  EXPECT_THAT(plan_property_set(cib, {{"foo", "1"}}, false).error().context,
              HasSubstr("invalid cluster property option 'foo', allowed options are: "));
  EXPECT_THAT(plan_property_set(cib, {{"stonith-enabled", "maybe"}}, false).error().context,
              HasSubstr("'maybe' is not a valid stonith-enabled value"));
  EXPECT_FALSE(plan_property_set(cib, {{"no-quorum-policy", "maybe"}}, false));
}

TEST(Node, StandbyIsAnAttributeOfTheNode) {
  auto cib = two_nodes();
  const std::string before = part(cib, "nodes");
  must_apply(cib, plan_node_attribute(cib, {"node1"}, "standby", "on"));
  EXPECT_THAT(cib.compact_text(),
              HasSubstr("<instance_attributes id=\"nodes-1\"><nvpair id=\"nodes-1-standby\" "
                        "name=\"standby\" value=\"on\"/>"));
  must_apply(cib, plan_node_attribute(cib, {"node1"}, "standby", ""));
  EXPECT_EQ(part(cib, "nodes"), before);
  EXPECT_EQ(plan_node_attribute(cib, {"nodeX"}, "standby", "on").error().context,
            "Node 'nodeX' does not appear to exist in configuration");
}

}  // namespace
}  // namespace mainstay::ctl
