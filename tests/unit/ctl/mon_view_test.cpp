// SPDX-License-Identifier: Apache-2.0
// crm_mon's XML, asked as agents ask it: line by line, with regular expressions.
#include "core/ctl/crm/mon_view.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace mainstay::ctl {
namespace {

/// grep -qiE.
bool grep(const std::string& text, const std::string& expression) {
  const std::regex wanted(expression, std::regex::extended | std::regex::icase);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, wanted)) {
      return true;
    }
  }
  return false;
}

std::string operation(const std::string& task, int rc, int status, int call) {
  const std::string result = std::to_string(status) + ":" + std::to_string(rc);
  return "<lrm_rsc_op id='" + task + std::to_string(call) + "' operation_key='S_" + task +
         "_0' operation='" + task + "' interval='0' rc-code='" + std::to_string(rc) +
         "' op-status='" + std::to_string(status) + "' call-id='" + std::to_string(call) +
         "' transition-key='1:1:0:x' transition-magic='" + result + ";1:1:0:x'/>";
}

std::string node(const std::string& id, const std::string& signs, const std::string& operations) {
  return "<node_state id='" + id + "' uname='node" + id + "' " + signs +
         "><transient_attributes id='" + id + "'><instance_attributes id='t" + id +
         "'><nvpair id='t" + id + "-m' name='master-S' value='5'/></instance_attributes>" +
         "</transient_attributes><lrm id='" + id +
         "'><lrm_resources><lrm_resource id='S' class='ocf' provider='pacemaker' type='Stateful'>" +
         operations + "</lrm_resource></lrm_resources></lrm></node_state>";
}

constexpr const char* kMember = "in_ccm='true' crmd='online' join='member' expected='member'";
constexpr const char* kLost = "in_ccm='false' crmd='offline' join='down' expected='member'";
constexpr const char* kLeft = "in_ccm='false' crmd='offline' join='down' expected='down'";
constexpr const char* kPending = "in_ccm='true' crmd='online' join='pending' expected='member'";

/// Two nodes with instances of a promotable clone; node2 with an attribute of its own.
std::string xml_of(const std::string& states, const std::string& attribute = "") {
  const auto cib = cib::Document::parse(
      "<cib have-quorum='1' dc-uuid='1' admin_epoch='0' epoch='1' num_updates='0'><configuration>"
      "<crm_config/><nodes><node id='1' uname='node1'/><node id='2' uname='node2'>" +
          attribute +
          "</node></nodes><resources><clone id='C'><meta_attributes id='C-m'><nvpair id='C-p' "
          "name='promotable' value='true'/></meta_attributes><primitive id='S' class='ocf' "
          "provider='pacemaker' type='Stateful'/></clone></resources><constraints/>"
          "</configuration><status>" +
          states + "</status></cib>",
      "test");
  EXPECT_TRUE(cib);
  const auto view = make_status_view(*cib, {}, WallTime{});
  EXPECT_TRUE(view);
  return crm::mon_xml(*view, {}, "crm_mon");
}

constexpr const char* kSoundPromoted =
    "resource.*id=\"S\".* role=\"(Promoted|Master)\".* active=\"true\".* orphaned=\"false\".* "
    "failed=\"false\"";

std::string promoted() {
  return operation("start", 0, 0, 1) + operation("promote", 0, 0, 2);
}

TEST(CrmMonXml, TellsWhoIsPromoted) {
  const std::string with = xml_of(node("1", kMember, promoted()));
  EXPECT_TRUE(grep(with, kSoundPromoted)) << with;
  EXPECT_TRUE(grep(with, "<resource id=\"S\" .* role=\"(Promoted|Master)\"")) << with;
  const std::string without = xml_of(node("1", kMember, operation("start", 0, 0, 1)));
  EXPECT_FALSE(grep(without, "role=\"(Promoted|Master)\"")) << without;
  EXPECT_TRUE(grep(without, "role=\"Unpromoted\"")) << without;
}

TEST(CrmMonXml, AFailedOneIsNotSound) {
  const std::string xml =
      xml_of(node("1", kMember, operation("start", 0, 0, 1) + operation("promote", 1, 0, 2)));
  EXPECT_FALSE(grep(xml, kSoundPromoted)) << xml;
  EXPECT_TRUE(grep(xml, "<resource id=\"S\" .* failed=\"true\"")) << xml;
  EXPECT_TRUE(grep(xml,
                   "<failure op_key=\"S_promote_0\" node=\"node1\" "
                   "exitstatus=\"error\""))
      << xml;
}

TEST(CrmMonXml, WhatIsPendingIsSaid) {
  const std::string xml = xml_of(node("1", kMember, operation("start", 193, -1, 1)));
  EXPECT_TRUE(grep(xml, "<resource id=\"S\" .* role=\"Starting\"")) << xml;
}

TEST(CrmMonXml, TellsTheStatesOfNodes) {
  const std::string sound = xml_of(node("1", kMember, "") + node("2", kMember, ""));
  EXPECT_TRUE(grep(sound,
                   "<node name=\"node2\" .* online=\"true\" standby=\"false\".* "
                   "pending=\"false\" unclean=\"false\".* type=\"member\""))
      << sound;
  const std::string lost = xml_of(node("1", kMember, "") + node("2", kLost, ""));
  EXPECT_TRUE(grep(lost, "<node name=\"node2\" .* online=\"false\" .*unclean=\"true\"")) << lost;
  const std::string left = xml_of(node("1", kMember, "") + node("2", kLeft, ""));
  EXPECT_TRUE(grep(left, "<node name=\"node2\" .* online=\"false\" .*unclean=\"false\"")) << left;
  const std::string joining = xml_of(node("1", kMember, "") + node("2", kPending, ""));
  EXPECT_TRUE(grep(joining, "<node name=\"node2\" .*pending=\"true\" unclean=\"false\""))
      << joining;
  const std::string standby =
      xml_of(node("1", kMember, "") + node("2", kMember, ""),
             "<instance_attributes id='a'><nvpair id='s' name='standby' value='on'/>"
             "</instance_attributes>");
  EXPECT_TRUE(grep(standby, "<node name=\"node2\" .* online=\"true\" standby=\"true\"")) << standby;
}

TEST(CrmMonXml, HasAttributes) {
  const std::string xml = xml_of(node("1", kMember, ""));
  EXPECT_TRUE(grep(xml, "<attribute name=\"master-S\" value=\"5\"/>")) << xml;
}

}  // namespace
}  // namespace mainstay::ctl
