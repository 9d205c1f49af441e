// SPDX-License-Identifier: Apache-2.0
// Each rule of OCF 1.1 meta-data can be broken, and is named then.
#include "core/conformance/metadata_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGood = R"(<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Sample" version="0.9">
  <version>1.1</version>
  <longdesc lang="en">What it does.</longdesc>
  <shortdesc lang="en">Does it</shortdesc>
  <parameters>
    <parameter name="count" unique="0" required="1" reloadable="1">
      <longdesc lang="en">How many.</longdesc><shortdesc lang="en">Count</shortdesc>
      <content type="integer" default="5"/>
    </parameter>
    <parameter name="mode" unique-group="both">
      <deprecated><replaced-with name="count"/></deprecated>
      <longdesc lang="en">How.</longdesc><shortdesc lang="en">Mode</shortdesc>
      <content type="select" default="a"><option value="a"/><option value="b"/></content>
    </parameter>
  </parameters>
  <actions>
    <action name="start" timeout="20s"/><action name="stop" timeout="20"/>
    <action name="monitor" timeout="20s" interval="10s" depth="0"/>
    <action name="monitor" timeout="20s" interval="10s" depth="10"/>
    <action name="meta-data" timeout="500ms"/>
  </actions>
</resource-agent>
)";

/// The complaints after `from` was replaced.
std::vector<std::string> with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return metadata_complaints(text, "Sample");
}

TEST(MetadataRules, AcceptWhatTheSpecificationShows) {
  EXPECT_THAT(metadata_complaints(kGood, "Sample"), IsEmpty());
}

TEST(MetadataRules, NameWhatIsWrong) {
  EXPECT_THAT(metadata_complaints(kGood, "Other"), ElementsAre(HasSubstr("instead of 'Other'")));
  EXPECT_THAT(metadata_complaints("", "Sample"), ElementsAre(HasSubstr("no well-formed XML")));
  EXPECT_THAT(metadata_complaints("<a/>", "Sample"), ElementsAre(HasSubstr("no resource-agent")));
  const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
      {"<version>1.1</version>", "", "version of the API, is missing"},
      {"<shortdesc lang=\"en\">Does it</shortdesc>", "", "resource-agent has no shortdesc"},
      {"<longdesc lang=\"en\">How many.</longdesc>", "", "parameter count has no longdesc"},
      {"required=\"1\"", "required=\"maybe\"", "required=\"maybe\" is neither 0 nor 1"},
      {"required=\"1\"", "requird=\"1\"", "unknown attribute 'requird'"},
      {"default=\"5\"", "default=\"five\"", "the default 'five' is no integer"},
      {"default=\"a\"", "default=\"c\"", "its default is none of them"},
      {"type=\"integer\" ", "", "parameter count has no content with a type"},
      {"name=\"mode\"", "name=\"count\"", "parameter count is described twice"},
      {"<action name=\"stop\" timeout=\"20\"/>", "", "action stop is missing"},
      {"<action name=\"stop\" timeout=\"20\"/>", "<action name=\"stop\"/>", "stop has no timeout"},
      {"timeout=\"500ms\"", "timeout=\"soon\"", "timeout=\"soon\" is no time"},
      {"depth=\"10\"", "depth=\"0\"", "action monitor is there twice"},
      {"<action name=\"start\"", "<action name=\"promote\" timeout=\"9\"/><action name=\"start\"",
       "promote and demote"},
      {"</actions>", "</actions><extra/>", "unknown element 'extra'"},
  };
  for (const auto& [from, to, complaint] : cases) {
    EXPECT_THAT(with(from, to), ElementsAre(HasSubstr(complaint))) << from;
  }
}

TEST(MetadataRules, LetUnknownTypesOfContentPass) {
  EXPECT_THAT(with("type=\"integer\"", "type=\"seconds\""), IsEmpty());
}

}  // namespace
}  // namespace mainstay::conformance
