// SPDX-License-Identifier: Apache-2.0
// What scripts say of themselves, with their usual oddities.
#include "ocf-compat/metadata_parser.h"

#include <gtest/gtest.h>

namespace {

using mainstay::Duration;
using mainstay::ocf::parse_interval;
using mainstay::ocf::parse_metadata;

constexpr const char* kSample = R"(
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Odd" version="2.0">
<version>1.0</version>
<longdesc lang="en">
Long.
</longdesc>
<shortdesc lang="en">Short</shortdesc>
<parameters>
<parameter name="ip" unique="1" required="1"><longdesc lang="en">L</longdesc>
<shortdesc lang="en">S</shortdesc><content type="string" default="" /></parameter>
<parameter name="old"><deprecated><replaced-with name="ip"/></deprecated>
<content type="second"/></parameter>
<parameter name="kind" unique-group="g" reloadable="1">
<content type="select"><option value="a"/><option value="b"/></content></parameter>
</parameters>
<actions>
<action name="start" timeout="20s" />
<action name="monitor" timeout="20" interval="10s" depth="10" role="Promoted" start-delay="500ms"/>
</actions>
</resource-agent>)";

TEST(ParseMetadata, ReadsWhatScriptsWrite) {
  const auto info = parse_metadata(std::string("some noise\n") + kSample);
  ASSERT_TRUE(info) << info.error().context;
  EXPECT_EQ(info->type, "Odd");
  EXPECT_EQ(info->version, "2.0");
  EXPECT_EQ(info->longdesc, "Long.");
  ASSERT_EQ(info->parameters.size(), 3U);
  EXPECT_TRUE(info->parameters[0].required && info->parameters[0].unique);
  EXPECT_EQ(info->parameters[0].default_value, "");
  EXPECT_EQ(info->parameters[1].type, "second");
  EXPECT_EQ(info->parameters[1].replaced_with, "ip");
  EXPECT_FALSE(info->parameters[1].default_value);
  EXPECT_TRUE(info->parameters[2].unique && info->parameters[2].reloadable);
  EXPECT_EQ(info->parameters[2].options, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(info->actions.size(), 2U);
  EXPECT_EQ(info->actions[0].timeout, Duration(20'000));
  EXPECT_FALSE(info->actions[0].interval);
  EXPECT_EQ(info->actions[1].timeout, Duration(20'000));
  EXPECT_EQ(info->actions[1].depth, 10);
  EXPECT_EQ(info->actions[1].start_delay, Duration(500));
}

TEST(ParseMetadata, ReadsItsOwnXmlBack) {
  const auto info = parse_metadata(kSample);
  ASSERT_TRUE(info);
  const auto again = parse_metadata(metadata_xml(*info));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *info);
}

TEST(ParseMetadata, ReadsEveryLanguage) {
  const auto info = parse_metadata(R"(<resource-agent name="A">
<longdesc lang="de">Lang</longdesc><longdesc lang="en_US">Long</longdesc><shortdesc lang="de">Kurz</shortdesc>
<parameters><parameter name="ip"><shortdesc lang="fr">Adresse</shortdesc></parameter></parameters>
</resource-agent>)");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->longdesc, "Long");
  EXPECT_EQ(info->shortdesc, "Kurz");  // better than nothing
  EXPECT_EQ(info->parameters[0].shortdesc, "Adresse");
  const std::vector<mainstay::agent::TranslationInfo> expected = {{"de", "", "Kurz", "Lang"},
                                                                  {"fr", "ip", "Adresse", ""}};
  EXPECT_EQ(info->translations, expected);
}

TEST(ParseMetadata, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_metadata(""));
  EXPECT_FALSE(parse_metadata("usage: agent {start|stop}"));
  EXPECT_FALSE(parse_metadata("<resource-agent name='x'>"));
  EXPECT_FALSE(parse_metadata("<other/>"));
  EXPECT_FALSE(parse_metadata(std::string(2'000'000, ' ')));
}

TEST(ParseInterval, TakesEveryUnitAndNothingElse) {
  EXPECT_EQ(parse_interval("20"), Duration(20'000));
  EXPECT_EQ(parse_interval(" 2min "), Duration(120'000));
  EXPECT_EQ(parse_interval("1h"), Duration(3'600'000));
  EXPECT_EQ(parse_interval("0"), Duration(0));
  for (const char* bad : {"", "s", "-1s", "1 parsec", "99999999999999999999"}) {
    EXPECT_FALSE(parse_interval(bad)) << bad;
  }
}

}  // namespace
