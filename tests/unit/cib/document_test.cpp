// SPDX-License-Identifier: Apache-2.0
#include "core/cib/document.h"

#include <gmock/gmock.h>

namespace mainstay::cib {
namespace {

const Origin kAdmin{"mainstay", "root", "node1"};
const WallTime kNoon{std::chrono::seconds{1'700'000'000}};

Document with_vip() {
  Document document;
  const Status done =
      document.apply({{.kind = Edit::Kind::create,
                       .path = "/cib/configuration/resources",
                       .xml = "<primitive id='VIP' class='ocf' provider='heartbeat' "
                              "type='IPaddr2'/>"}},
                     kAdmin, kNoon);
  EXPECT_TRUE(done) << (done ? "" : done.error().context);
  return document;
}

TEST(Document, BeginsAsPacemakersEmptyCib) {
  EXPECT_EQ(Document().text(),
            "<cib crm_feature_set=\"3.16.2\" validate-with=\"pacemaker-3.9\" epoch=\"0\" "
            "num_updates=\"0\" admin_epoch=\"0\">\n"
            "  <configuration>\n"
            "    <crm_config/>\n"
            "    <nodes/>\n"
            "    <resources/>\n"
            "    <constraints/>\n"
            "  </configuration>\n"
            "  <status/>\n"
            "</cib>\n");
}

TEST(Document, CountsAConfigurationChangeAsAnEpochAndSaysWhoMadeIt) {
  const Document document = with_vip();
  EXPECT_EQ(document.version(), (Version{0, 1, 0}));
  EXPECT_EQ(document.attribute("update-client"), "mainstay");
  EXPECT_EQ(document.attribute("update-user"), "root");
  EXPECT_EQ(document.attribute("update-origin"), "node1");
  EXPECT_EQ(document.attribute("cib-last-written"), "Tue Nov 14 22:13:20 2023");
}

TEST(Document, LeavesNothingOfAChangeWhoseLastEditFails) {
  Document document = with_vip();
  const std::string before = document.text();
  const Change change = {
      {.kind = Edit::Kind::set_attributes,
       .path = "//primitive[@id='VIP']",
       .attributes = {{"type", "Dummy"}, {"description", "x"}}},
      {.kind = Edit::Kind::unset_attributes, .path = "//primitive", .attributes = {{"class", ""}}},
      {.kind = Edit::Kind::merge,
       .path = "/cib/configuration/resources",
       .xml = "<primitive id='VIP'><operations><op id='a'/></operations></primitive>"},
      {.kind = Edit::Kind::replace,
       .path = "//operations",
       .xml = "<operations><op id='b'/></operations>"},
      {.kind = Edit::Kind::remove, .path = "//primitive[@id='VIP']"},
      {.kind = Edit::Kind::remove, .path = "//primitive[@id='missing']"}};
  const Status done = document.apply(change, kAdmin, kNoon);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_found);
  EXPECT_EQ(document.text(), before);
}

Status apply(Document& document, const Edit& edit) {
  return document.apply({edit}, kAdmin, kNoon);
}

std::string reason(const Status& status) {
  return status ? "done" : status.error().context;
}

TEST(Document, CountsAStatusChangeAsAnUpdate) {
  Document document = with_vip();
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::create,
                               .path = "/cib/status",
                               .xml = "<node_state id='1' uname='node1'/>"}));
  EXPECT_EQ(document.version(), (Version{0, 1, 1}));
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::remove_all, .path = "//nothing"}));
  EXPECT_EQ(document.version(), (Version{0, 1, 2}));
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::set_attributes,
                               .path = "//primitive",
                               .attributes = {{"description", "x"}}}));
  EXPECT_EQ(document.version(), (Version{0, 2, 0}));
}

TEST(Document, CreatesInFrontOfASiblingAndRefusesTakenIds) {
  Document document = with_vip();
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::create,
                               .path = "/cib/configuration/resources",
                               .xml = "<primitive id='A' class='systemd' type='a'/>",
                               .before = "VIP"}));
  EXPECT_LT(document.text().find("id=\"A\""), document.text().find("id=\"VIP\""));
  const Status taken =
      apply(document, {.kind = Edit::Kind::create,
                       .path = "/cib/configuration/constraints",
                       .xml = "<rsc_location id='VIP' rsc='A' node='n' score='1'/>"});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::already_exists);
  EXPECT_THAT(reason(taken), testing::HasSubstr("id 'VIP' is taken by a <primitive>"));
  const Status lost = apply(document, {.kind = Edit::Kind::create,
                                       .path = "/cib/configuration/resources",
                                       .xml = "<primitive id='B' class='systemd' type='a'/>",
                                       .before = "nobody"});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::not_found);
}

TEST(Document, MergesByNameAndId) {
  Document document = with_vip();
  for (const char* address : {"10.0.0.1", "10.0.0.2"}) {
    ASSERT_TRUE(
        apply(document, {.kind = Edit::Kind::merge,
                         .path = "/cib/configuration/resources",
                         .xml = std::string("<primitive id='VIP'><instance_attributes id='i'>"
                                            "<nvpair id='i-ip' name='ip' value='") +
                                address + "'/></instance_attributes></primitive>"}));
  }
  EXPECT_THAT(document.text(),
              testing::HasSubstr("      <primitive id=\"VIP\" class=\"ocf\" provider=\"heartbeat\" "
                                 "type=\"IPaddr2\">\n"
                                 "        <instance_attributes id=\"i\">\n"
                                 "          <nvpair id=\"i-ip\" name=\"ip\" value=\"10.0.0.2\"/>\n"
                                 "        </instance_attributes>\n"
                                 "      </primitive>\n"));
}

TEST(Document, RefusesAChangeThatBreaksTheConfiguration) {
  Document document = with_vip();
  const std::string before = document.text();
  const Status done = apply(document, {.kind = Edit::Kind::create,
                                       .path = "/cib/configuration/constraints",
                                       .xml = "<rsc_order id='o' first='VIP' then='Web'/>"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::invalid_input);
  EXPECT_THAT(reason(done), testing::HasSubstr("rsc_order 'o': then names 'Web'"));
  EXPECT_EQ(document.text(), before);
}

TEST(Document, LetsABrokenConfigurationBeMendedStepByStep) {
  auto document = Document::parse(
      "<cib><configuration><resources><group id='G'/><group id='H'/></resources>"
      "</configuration></cib>",
      "x");
  ASSERT_TRUE(document);
  ASSERT_TRUE(apply(*document, {.kind = Edit::Kind::remove, .path = "//group[@id='G']"}));
  EXPECT_EQ(document->version(), (Version{0, 1, 0}));
  const Status worse = apply(*document, {.kind = Edit::Kind::create,
                                         .path = "/cib/configuration/resources",
                                         .xml = "<group id='I'/>"});
  EXPECT_FALSE(worse);
}

TEST(Document, KeepsItsSections) {
  Document document;
  EXPECT_FALSE(apply(document, {.kind = Edit::Kind::remove, .path = "/cib"}));
  EXPECT_FALSE(apply(document, {.kind = Edit::Kind::remove, .path = "/cib/configuration/nodes"}));
  EXPECT_FALSE(apply(
      document,
      {.kind = Edit::Kind::replace, .path = "/cib/configuration/nodes", .xml = "<constraints/>"}));
  EXPECT_FALSE(apply(document, {.kind = Edit::Kind::replace, .path = "/cib", .xml = "<cib/>"}));
  ASSERT_TRUE(apply(
      document,
      {.kind = Edit::Kind::replace, .path = "/cib/configuration", .xml = "<configuration/>"}));
  EXPECT_THAT(document.text(), testing::HasSubstr("    <resources/>\n"));
}

TEST(Document, WantsOneTargetAndTextThatXmlCanHold) {
  Document document = with_vip();
  const Status many = apply(document, {.kind = Edit::Kind::set_attributes,
                                       .path = "/cib/configuration/*",
                                       .attributes = {{"a", "b"}}});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::conflict);
  for (const auto& [name, value] : {std::pair{"a b", "x"}, std::pair{"1", "x"}, std::pair{"", "x"},
                                    std::pair{"a", "\x01"}, std::pair{"a", "\xff"}}) {
    EXPECT_FALSE(apply(
        document,
        {.kind = Edit::Kind::set_attributes, .path = "//primitive", .attributes = {{name, value}}}))
        << name;
  }
}

TEST(Document, LetsTheVersionGoForwardOnly) {
  Document document = with_vip();
  ASSERT_TRUE(apply(
      document,
      {.kind = Edit::Kind::set_attributes, .path = "/cib", .attributes = {{"admin_epoch", "3"}}}));
  EXPECT_EQ(document.version().admin_epoch, 3U);
  const std::string before = document.text();
  EXPECT_FALSE(apply(
      document,
      {.kind = Edit::Kind::set_attributes, .path = "/cib", .attributes = {{"admin_epoch", "2"}}}));
  EXPECT_FALSE(apply(
      document,
      {.kind = Edit::Kind::set_attributes, .path = "/cib", .attributes = {{"epoch", "many"}}}));
  EXPECT_EQ(document.text(), before);
}

TEST(Document, TakesAnotherConfigurationButNotAnOlderOne) {
  Document document = with_vip();
  Document edited = document;
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::create,
                               .path = "/cib/status",
                               .xml = "<node_state id='1' uname='node1'/>"}));
  edited.set_version({0, 1, 0});
  ASSERT_TRUE(document.replace_configuration(edited, kAdmin, kNoon));
  EXPECT_EQ(document.version(), (Version{0, 2, 0}));
  EXPECT_THAT(document.text(), testing::HasSubstr("node_state"));
  const Status old = document.replace_configuration(edited, kAdmin, kNoon);
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, Errc::conflict);
  edited.set_version({0, 9, 4});
  ASSERT_TRUE(document.replace_configuration(edited, kAdmin, kNoon));
  EXPECT_EQ(document.version(), (Version{0, 9, 4}));
}

TEST(Document, StoresTheSameBytesWhateverTheStatusIs) {
  Document document = with_vip();
  const std::string digest = document.digest();
  document.set_attribute("have-quorum", "1");
  document.set_attribute("dc-uuid", "1");
  ASSERT_TRUE(apply(document, {.kind = Edit::Kind::create,
                               .path = "/cib/status",
                               .xml = "<node_state id='1' uname='node1'/>"}));
  EXPECT_EQ(document.digest(), digest);
  EXPECT_TRUE(Document::parse(document.configuration_text(), "stored"));
}

TEST(Document, ReadsBackWhatItWrote) {
  Document document = with_vip();
  ASSERT_TRUE(document.apply({{.kind = Edit::Kind::set_attributes,
                               .path = "//primitive",
                               .attributes = {{"description", "a <b> & \"c\" 'd'\n\te"}}}},
                             kAdmin, kNoon));
  for (const std::string& text : {document.text(), document.compact_text()}) {
    const auto copy = Document::parse(text, "copy");
    ASSERT_TRUE(copy) << copy.error().context;
    EXPECT_EQ(copy->text(), document.text());
  }
}

}  // namespace
}  // namespace mainstay::cib
