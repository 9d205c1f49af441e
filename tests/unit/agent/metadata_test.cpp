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

AgentInfo translated() {
  AgentInfo info = sample();
  info.longdesc = "in English";
  info.translations = {{"de", "", "kurz", "lang"},
                       {"de", "ip", "Adresse", "Eine Adresse"},
                       {"de_AT", "ip", "Adress", "A Adress"}};
  return info;
}

TEST(MetadataXml, HasEveryLanguage) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(metadata_xml(translated()).c_str()));
  const pugi::xml_node agent = document.child("resource-agent");
  EXPECT_STREQ(agent.child("longdesc").child_value(), "in English");
  EXPECT_STREQ(agent.find_child_by_attribute("longdesc", "lang", "de").child_value(), "lang");
  const pugi::xml_node ip = agent.child("parameters").first_child();
  EXPECT_STREQ(ip.find_child_by_attribute("shortdesc", "lang", "de_AT").child_value(), "Adress");
  EXPECT_FALSE(ip.next_sibling().find_child_by_attribute("shortdesc", "lang", "de"));
}

TEST(AgentInfo, IsReadInTheLanguageOfALocale) {
  using mainstay::agent::in_language;
  EXPECT_EQ(in_language(translated(), "de_DE.UTF-8").shortdesc, "kurz");
  EXPECT_EQ(in_language(translated(), "de_DE.UTF-8").parameters[0].longdesc, "Eine Adresse");
  EXPECT_EQ(in_language(translated(), "de_AT@euro").parameters[0].longdesc, "A Adress");
  EXPECT_EQ(in_language(translated(), "de_AT@euro").longdesc, "lang");
  for (const char* other : {"", "C", "fr_FR.UTF-8", "en_US"}) {
    EXPECT_EQ(in_language(translated(), other).longdesc, "in English") << other;
  }
}

}  // namespace
