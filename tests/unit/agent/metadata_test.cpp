// SPDX-License-Identifier: Apache-2.0
// Meta-data XML is well-formed and says what the description says.
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "core/agent/agent_info.h"

namespace {

using mainstay::Duration;
using mainstay::agent::AgentInfo;
using mainstay::agent::metadata_xml;

AgentInfo sample() {
  AgentInfo info;
  info.standard = "ocf";
  info.provider = "heartbeat";
  info.type = "Sample";
  info.version = "1.0";
  info.shortdesc = "a < b & \"c\"";
  info.parameters.push_back({.name = "ip", .type = "string", .required = true, .unique = true});
  info.parameters.push_back({.name = "netmask",
                             .type = "select",
                             .default_value = "24",
                             .deprecated = true,
                             .replaced_with = "cidr_netmask",
                             .options = {"24", "32"}});
  info.actions.push_back({.name = "start", .timeout = Duration(20'000)});
  info.actions.push_back({.name = "monitor",
                          .timeout = Duration(1'500),
                          .interval = Duration(10'000),
                          .depth = 0,
                          .role = "Promoted"});
  return info;
}

TEST(MetadataXml, SaysWhatTheDescriptionSays) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(metadata_xml(sample()).c_str()));
  const pugi::xml_node agent = document.child("resource-agent");
  EXPECT_STREQ(agent.attribute("name").value(), "Sample");
  EXPECT_STREQ(agent.child_value("shortdesc"), "a < b & \"c\"");
  const pugi::xml_node ip = agent.child("parameters").first_child();
  EXPECT_TRUE(ip.attribute("required").as_bool());
  EXPECT_FALSE(ip.child("content").attribute("default"));
  const pugi::xml_node netmask = ip.next_sibling();
  EXPECT_STREQ(netmask.child("deprecated").child("replaced-with").attribute("name").value(),
               "cidr_netmask");
  EXPECT_STREQ(netmask.child("content").attribute("default").value(), "24");
  EXPECT_STREQ(netmask.child("content").last_child().attribute("value").value(), "32");
  const pugi::xml_node monitor = agent.child("actions").last_child();
  EXPECT_STREQ(monitor.attribute("timeout").value(), "1500ms");
  EXPECT_STREQ(monitor.attribute("interval").value(), "10s");
  EXPECT_STREQ(monitor.attribute("role").value(), "Promoted");
}

}  // namespace
