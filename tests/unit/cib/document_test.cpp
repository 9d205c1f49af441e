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
