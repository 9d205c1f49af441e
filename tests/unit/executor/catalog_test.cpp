// SPDX-License-Identifier: Apache-2.0
// Which agent serves an action, and what is said about it.
#include "core/executor/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using mainstay::executor::Catalog;
using mainstay::executor::parse_catalog;
using mainstay::executor::Route;
using mainstay::executor::route;
using mainstay::model::ActionRequest;
using mainstay::model::AgentName;
using testing::HasSubstr;

Catalog sample() {
  return {
      {{"ip.so", "ocf", "heartbeat", "IPaddr2", {"ip", "nic"}}, {"sd.so", "systemd", "", "*", {}}},
      {}};
}

ActionRequest request(const AgentName& agent) {
  ActionRequest out;
  out.agent = agent;
  return out;
}

bool yes(const AgentName&) {
  return true;
}
bool no(const AgentName&) {
  return false;
}

TEST(Resolved, KnowsOurExecutablesAsTheAgentsThatTheyAre) {
  const auto name = [](const AgentName& asked) {
    return mainstay::executor::resolved(sample(), asked).text();
  };
  EXPECT_EQ(name({"ocf", "mainstay", "IPaddr2"}), "ocf:heartbeat:IPaddr2");
  EXPECT_EQ(name({"ocf", "mainstay", "None"}), "ocf:mainstay:None");
  EXPECT_EQ(name({"systemd", "", "x"}), "systemd:x");
}

TEST(Route, TakesTheNativeAgentWhereThereIsOne) {
  ActionRequest wanted = request({"ocf", "heartbeat", "IPaddr2"});
  wanted.parameters = {{"ip", "10.0.0.1"}, {"OCF_CHECK_LEVEL", "10"}, {"CRM_meta_x", "1"}};
  const Route found = route(sample(), wanted, yes);
  EXPECT_EQ(found.host, "ip.so");
  EXPECT_EQ(found.note + found.missing, "");
}

TEST(Route, TakesTheScriptWhenForcedOrForAnUnknownParameter) {
  ActionRequest wanted = request({"ocf", "heartbeat", "IPaddr2"});
  wanted.force_shell = true;
  EXPECT_EQ(route(sample(), wanted, yes).host, "");
  EXPECT_THAT(route(sample(), wanted, yes).note, HasSubstr("agent-implementation=shell"));
  EXPECT_THAT(route(sample(), wanted, no).missing, HasSubstr("no script"));
  wanted.force_shell = false;
  wanted.parameters = {{"clusterip_hash", "x"}};
  EXPECT_EQ(route(sample(), wanted, yes).host, "");
  EXPECT_THAT(route(sample(), wanted, yes).note, HasSubstr("'clusterip_hash'"));
  EXPECT_EQ(route(sample(), wanted, no).host, "ip.so");
  EXPECT_THAT(route(sample(), wanted, no).note, HasSubstr("ignored"));
}

TEST(Route, GivesAWholeClassToItsPlugin) {
  EXPECT_EQ(route(sample(), request({"systemd", "", "apache2"}), no).host, "sd.so");
  EXPECT_EQ(route(sample(), request({"lsb", "", "apache2"}), yes).missing, "");
  EXPECT_THAT(route(sample(), request({"lsb", "", "apache2"}), no).missing,
              HasSubstr("lsb:apache2 is not installed"));
}

TEST(Route, SaysWhatIsNotInstalled) {
  EXPECT_THAT(route(sample(), request({"ocf", "x", "Y"}), no).missing, HasSubstr("ocf:x:Y"));
  EXPECT_EQ(route(sample(), request({"ocf", "x", "Y"}), yes).missing, "");
}

TEST(ParseCatalog, RefusesWhatIsNoCatalog) {
  for (const char* text :
       {"", "[]", "{}", R"({"agents":[{}],"bad":[]})", R"({"agents":7,"bad":[]})"}) {
    EXPECT_FALSE(parse_catalog(text)) << text;
  }
  const auto good = parse_catalog(
      R"({"agents":[{"file":"f","class":"ocf","provider":"p","type":"t","parameters":[{"name":"a"}]}],
          "bad":[{"file":"b","reason":"r"}]})");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->agents.front().parameters, std::vector<std::string>{"a"});
  EXPECT_EQ(good->bad.front().reason, "r");
}

}  // namespace
