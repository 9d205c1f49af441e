// SPDX-License-Identifier: Apache-2.0
// What cibadmin's changes do to a CIB.
#include "core/ctl/crm/cib_changes.h"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "plan_fixture.h"

namespace mainstay::ctl {
namespace {

using crm::CibTask;
using Kind = crm::CibTask::Kind;

cib::Document two_resources() {
  return *cib::Document::parse(
      "<cib admin_epoch='0' epoch='1' num_updates='0'><configuration><crm_config/><nodes/>"
      "<resources><primitive id='A' class='ocf' provider='heartbeat' type='Dummy'/>"
      "<primitive id='B' class='ocf' provider='heartbeat' type='Dummy'/></resources>"
      "<constraints/></configuration><status/></cib>",
      "test");
}

/// The resources' text after the task, or the error's.
std::string after(const CibTask& task) {
  cib::Document cib = two_resources();
  const auto plan = crm::plan_cib_task(cib, task);
  if (!plan) {
    return plan.error().context;
  }
  const Status done = cib.apply(plan->change, {}, WallTime{});
  if (!done) {
    return done.error().context;
  }
  std::string text;
  for (const pugi::xml_node one : cib.root().child("configuration").child("resources").children()) {
    text += std::string(one.attribute("id").value()) + ":" + one.attribute("type").value() + " ";
  }
  return text;
}

std::string primitive(const std::string& id, const std::string& type) {
  return "<primitive id='" + id + "' class='ocf' provider='heartbeat' type='" + type + "'/>";
}

TEST(CibChanges, Create) {
  EXPECT_EQ(after({.scope = "resources", .xml = primitive("C", "Delay")}),
            "A:Dummy B:Dummy C:Delay ");
  EXPECT_EQ(after({.xpath = "//resources", .xml = primitive("C", "Delay")}),
            "A:Dummy B:Dummy C:Delay ");
  EXPECT_NE(after({.scope = "resources", .xml = primitive("A", "Delay")}), "A:Delay B:Dummy ");
  EXPECT_EQ(after({.scope = "nowhere", .xml = primitive("C", "Delay")}),
            "No such device or address");
}

TEST(CibChanges, Modify) {
  const CibTask known{.kind = Kind::modify, .xml = "<primitive id='A' type='Delay'/>"};
  EXPECT_EQ(after(known), "A:Delay B:Dummy ");
  CibTask unknown{.kind = Kind::modify, .scope = "resources", .xml = primitive("C", "Delay")};
  EXPECT_EQ(after(unknown), "No such device or address");
  unknown.allow_create = true;
  EXPECT_EQ(after(unknown), "A:Dummy B:Dummy C:Delay ");
}

TEST(CibChanges, Replace) {
  EXPECT_EQ(after({.kind = Kind::replace, .xml = primitive("B", "Delay")}), "A:Dummy B:Delay ");
  EXPECT_EQ(after({.kind = Kind::replace, .scope = "resources", .xml = "<resources/>"}), "");
  EXPECT_EQ(
      after({.kind = Kind::replace, .xpath = "//primitive[2]", .xml = primitive("C", "Delay")}),
      "A:Dummy C:Delay ");
}

TEST(CibChanges, Remove) {
  EXPECT_EQ(after({.kind = Kind::remove, .xml = "<primitive id='A'/>"}), "B:Dummy ");
  EXPECT_EQ(after({.kind = Kind::remove, .xml = "<primitive id='A' type='Delay'/>"}),
            "No such device or address");
  EXPECT_EQ(after({.kind = Kind::remove, .xpath = "//primitive"}), "B:Dummy ");
  EXPECT_EQ(after({.kind = Kind::remove_all, .xpath = "//primitive"}), "");
  EXPECT_EQ(after({.kind = Kind::remove_all, .xpath = "//nothing"}), "A:Dummy B:Dummy ");
}

TEST(CibChanges, SayWhatIsWrong) {
  EXPECT_EQ(after({.xml = "<primitive"}), "Couldn't parse input");
  EXPECT_NE(after({.kind = Kind::remove, .xpath = "//["}), "A:Dummy B:Dummy ");
}

}  // namespace
}  // namespace mainstay::ctl
