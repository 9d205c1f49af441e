// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "core/cib/history.h"
#include "core/ctl/resource_edit.h"
#include "core/ctl/resource_text.h"
#include "tests/unit/ctl/plan_fixture.h"

namespace mainstay::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const char* const kVip =
    "VIP ocf:heartbeat:IPaddr2 ip=192.168.56.10 cidr_netmask=24 op monitor interval=10s";

TEST(ResourceCreate, WritesTheElementsOfPcs) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  EXPECT_EQ(
      part(cib, "primitive"),
      "<primitive id=\"VIP\" class=\"ocf\" type=\"IPaddr2\" provider=\"heartbeat\">"
      "<instance_attributes id=\"VIP-instance_attributes\">"
      "<nvpair id=\"VIP-instance_attributes-cidr_netmask\" name=\"cidr_netmask\" value=\"24\"/>"
      "<nvpair id=\"VIP-instance_attributes-ip\" name=\"ip\" value=\"192.168.56.10\"/>"
      "</instance_attributes><operations>"
      "<op name=\"monitor\" interval=\"10s\" id=\"VIP-monitor-interval-10s\"/>"
      "<op name=\"start\" interval=\"0s\" timeout=\"20s\" id=\"VIP-start-interval-0s\"/>"
      "<op name=\"stop\" interval=\"0s\" timeout=\"20s\" id=\"VIP-stop-interval-0s\"/>"
      "</operations></primitive>");
}

TEST(ResourceCreate, TakesTheMonitorOfTheMetaDataWhenNoneIsGiven) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, "VIP ocf:heartbeat:IPaddr2 ip=10.0.0.1"));
  EXPECT_THAT(cib.compact_text(), HasSubstr("<op name=\"monitor\" interval=\"10s\" timeout=\"20s\" "
                                            "id=\"VIP-monitor-interval-10s\"/>"));
}

TEST(ResourceCreate, NamesAnUnknownParameterAndTheKnownOnes) {
  const auto cib = two_nodes();
  const auto plan = create(cib, "VIP ocf:heartbeat:IPaddr2 ip=10.0.0.1 foo=1");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().context,
            "invalid resource option 'foo', allowed options are: 'cidr_netmask', 'ip', 'nic', use "
            "--force to override");
}

TEST(ResourceCreate, NamesAMissingParameter) {
  const auto cib = two_nodes();
  const auto plan = create(cib, "VIP ocf:heartbeat:IPaddr2 nic=eth0");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().context,
            "required resource option 'ip' is missing, allowed options are: 'cidr_netmask', 'ip', "
            "'nic', use --force to override");
}

TEST(ResourceCreate, ForceStoresWhatTheMetaDataDoesNotKnowAndWarns) {
  auto cib = two_nodes();
  auto arguments = parse_create(words("VIP ocf:heartbeat:IPaddr2 foo=1"));
  ASSERT_TRUE(arguments);
  arguments->force = true;
  const auto plan =
      plan_resource_create(cib, *arguments, {"ocf", "heartbeat", "IPaddr2"}, ipaddr2());
  must_apply(cib, plan);
  EXPECT_EQ(plan->warnings.size(), 2U);
  EXPECT_THAT(cib.compact_text(), HasSubstr("name=\"foo\""));
}

TEST(ResourceCreate, RefusesATakenId) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  const auto again = create(cib, kVip);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().context, "'VIP' already exists");
}

TEST(ResourceCreate, RefusesAnImpossibleIntervalAndName) {
  const auto cib = two_nodes();
  const auto plan = create(cib, "VIP ocf:heartbeat:IPaddr2 ip=1.2.3.4 op monitor interval=soon");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().context, HasSubstr("'soon' is not a valid interval value"));
  EXPECT_FALSE(create(cib, "1st ocf:heartbeat:IPaddr2 ip=1.2.3.4"));
  EXPECT_FALSE(create(cib, "a'b ocf:heartbeat:IPaddr2 ip=1.2.3.4"));
}

TEST(ResourceCreate, PutsGroupMembersInOrder) {
  auto cib = two_nodes();
  for (const char* id : {"A", "C"}) {
    auto arguments = parse_create({id, "ocf:heartbeat:IPaddr2", "ip=1.2.3.4"});
    arguments->group = "grp";
    must_apply(cib, plan_resource_create(cib, *arguments, {"ocf", "heartbeat", "IPaddr2"}, {}));
  }
  auto between = parse_create({"B", "ocf:heartbeat:IPaddr2"});
  between->group = "grp";
  between->after = "A";
  must_apply(cib, plan_resource_create(cib, *between, {"ocf", "heartbeat", "IPaddr2"}, {}));
  const std::string text = cib.compact_text();
  EXPECT_LT(text.find("<primitive id=\"A\""), text.find("<primitive id=\"B\""));
  EXPECT_LT(text.find("<primitive id=\"B\""), text.find("<primitive id=\"C\""));
}

TEST(ResourceCreate, WrapsAClone) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, "C ocf:heartbeat:IPaddr2 ip=1.2.3.4 clone interleave=true"));
  EXPECT_THAT(cib.compact_text(), HasSubstr("<clone id=\"C-clone\"><primitive id=\"C\""));
  EXPECT_THAT(cib.compact_text(), HasSubstr("id=\"C-clone-meta_attributes-interleave\""));
}

TEST(ResourceUpdate, ChangesAddsAndRemovesParameters) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  auto arguments =
      parse_create(words("VIP - ip=10.0.0.9 cidr_netmask= nic=eth1 op monitor interval=20s"));
  must_apply(cib, plan_resource_update(cib, *arguments, ipaddr2()));
  const std::string text = part(cib, "primitive");
  EXPECT_THAT(text, HasSubstr("name=\"ip\" value=\"10.0.0.9\""));
  EXPECT_THAT(text, HasSubstr("name=\"nic\" value=\"eth1\""));
  EXPECT_THAT(text, Not(HasSubstr("cidr_netmask")));
  EXPECT_THAT(text, HasSubstr("VIP-monitor-interval-20s"));
  EXPECT_THAT(text, Not(HasSubstr("interval=\"10s\"")));
}

TEST(ResourceUpdate, DoesNotTakeARequiredParameterAway) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  EXPECT_FALSE(plan_resource_update(cib, *parse_create(words("VIP - ip=")), ipaddr2()));
}

TEST(ResourceEnable, TakesBackWhatDisableDid) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  const std::string before = part(cib, "resources");
  must_apply(cib, plan_resource_disable(cib, {"VIP"}));
  EXPECT_THAT(cib.compact_text(), HasSubstr("name=\"target-role\" value=\"Stopped\""));
  must_apply(cib, plan_resource_enable(cib, {"VIP"}));
  EXPECT_EQ(part(cib, "resources"), before);
  EXPECT_EQ(plan_resource_enable(cib, {"Nope"}).error().context,
            "bundle/clone/group/resource/tag 'Nope' does not exist");
}

TEST(ResourceDelete, TakesItsConstraintsAlong) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  cib::Edit edit;
  edit.path = "/cib/configuration/constraints";
  edit.xml = "<rsc_location id='L' rsc='VIP' node='node1' score='1'/>";
  ASSERT_TRUE(cib.apply({edit}, {}, WallTime{}));
  must_apply(cib, plan_resource_delete(cib, "VIP"));
  EXPECT_THAT(cib.compact_text(), Not(HasSubstr("VIP")));
  EXPECT_EQ(plan_resource_delete(cib, "VIP").error().context, "Resource 'VIP' does not exist.");
}

TEST(Group, TakesMembersInAndLetsThemGo) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  must_apply(cib, create(cib, "W ocf:heartbeat:IPaddr2 ip=1.2.3.4"));
  must_apply(cib, plan_group_add(cib, "grp", {"VIP", "W"}, "", ""));
  EXPECT_THAT(cib.compact_text(), HasSubstr("<group id=\"grp\"><primitive id=\"VIP\""));
  must_apply(cib, plan_group_remove(cib, "grp", {}));
  EXPECT_THAT(cib.compact_text(), Not(HasSubstr("<group")));
  EXPECT_THAT(cib.compact_text(), HasSubstr("<primitive id=\"W\""));
}

TEST(ResourceConfig, PrintsWhatPcsPrintsAndHowFailuresAreNoticed) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  EXPECT_EQ(*resource_config_text(cib, {}),
            "Resource: VIP (class=ocf provider=heartbeat type=IPaddr2)\n"
            "  Attributes: VIP-instance_attributes\n"
            "    cidr_netmask=24\n"
            "    ip=192.168.56.10\n"
            "  Operations:\n"
            "    monitor: VIP-monitor-interval-10s\n"
            "      interval=10s\n"
            "    start: VIP-start-interval-0s\n"
            "      interval=0s\n"
            "      timeout=20s\n"
            "    stop: VIP-stop-interval-0s\n"
            "      interval=0s\n"
            "      timeout=20s\n"
            "  Monitoring: polling every 10s\n");
}

TEST(ResourceConfig, SaysWhereEventsAreHeard) {
  auto cib = two_nodes();
  must_apply(cib, create(cib, kVip));
  for (const bool watched : {true, false}) {
    cib::OperationRecord monitor;
    monitor.node = watched ? "node1" : "node2";
    monitor.resource = "VIP";
    monitor.agent = {"ocf", "heartbeat", "IPaddr2"};
    monitor.operation = "monitor";
    monitor.interval = Duration{10'000};
    monitor.transition_key = "1:1:0:00000000-0000-0000-0000-000000000000";
    monitor.watched = watched;
    cib::record_operation(cib, monitor);
  }
  EXPECT_THAT(*resource_config_text(cib, {"VIP"}),
              HasSubstr("  Monitoring: events (on node1) and polling every 10s\n"));
}

}  // namespace
}  // namespace mainstay::ctl
