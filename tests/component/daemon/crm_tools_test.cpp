// SPDX-License-Identifier: Apache-2.0
// The commands of Pacemaker that agents call, and agents that call them, unmodified.
#include "tests/component/daemon/operator.h"

namespace mainstay {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

class CrmTools : public test::Operator {
 protected:
  test::Answer tool(const std::string& words) const {
    return call(MAINSTAY_TOOLS_DIRECTORY "/" + words);
  }
  void expect(const std::string& words, int code, const std::string& text) const {
    const test::Answer answer = tool(words);
    EXPECT_EQ(answer.code, code) << words << "\n" << answer.text;
    EXPECT_EQ(answer.text, text) << words;
  }
  void expect_done(const std::string& words) const { expect(words, 0, ""); }
};

TEST_F(CrmTools, KeepTransientAttributes) {
  expect("attrd_updater -n pingd -Q", 105,
         "attrd_updater: Could not query value of pingd: attribute does not exist\n");
  expect_done("attrd_updater -n pingd -U 100 -d 0");
  expect("attrd_updater -n pingd -Q", 0, "name=\"pingd\" host=\"node1\" value=\"100\"\n");
  expect("attrd_updater -A -n pingd -Q -q", 0, "100\n");
  expect("crm_attribute -N node1 -l reboot -n pingd -G", 0, "scope=status  name=pingd value=100\n");
  expect_done("crm_attribute -N node1 -l reboot --name pingd -v -INFINITY");
  expect("crm_attribute --lifetime=reboot --name=pingd --query --quiet", 0, "-INFINITY\n");
  expect_done("attrd_updater -D -n pingd");
  expect("crm_attribute -l reboot -n pingd -G", 105,
         "crm_attribute: Error performing operation: No such device or address\n");
  expect("attrd_updater -N nobody -n a -U 1", 105, "attrd_updater: there is no node nobody\n");
}

TEST_F(CrmTools, KeepPrivateAttributesOutOfTheCib) {
  expect_done("attrd_updater -p -n db-gtid -U 0-1-7");
  expect("attrd_updater -p -n db-gtid -Q", 0, "name=\"db-gtid\" host=\"node1\" value=\"0-1-7\"\n");
  expect("attrd_updater -N node1 -n db-gtid -Q", 0,
         "name=\"db-gtid\" host=\"node1\" value=\"0-1-7\"\n");
  EXPECT_THAT(type("cib"), testing::Not(HasSubstr("db-gtid")));
  expect_done("attrd_updater -n db-gtid -D");
  EXPECT_EQ(tool("attrd_updater -n db-gtid -Q").code, 105);
}

TEST_F(CrmTools, KeepPermanentAttributesAndOptions) {
  expect_done("crm_attribute -N node1 -n loc -v office");
  expect("crm_attribute -N node1 -n loc -G", 0, "scope=nodes  name=loc value=office\n");
  expect("crm_attribute -N node1 -n loc -D", 0, "Deleted nodes attribute: name=loc\n");
  expect("crm_attribute -N node1 -n loc -G -d shed", 0, "scope=nodes  name=loc value=shed\n");
  expect_done("crm_attribute -N node1 -z -n cpu -v 4");
  expect("crm_attribute -N node1 -z -n cpu -G", 0, "scope=nodes  name=cpu value=4\n");
  expect("crm_attribute -t crm_config -n stonith-enabled -G -q", 0, "false\n");
  expect_done("crm_attribute --type crm_config --name db_REPL_INFO -s replication -v 'n1|file|7'");
  expect("crm_attribute -t crm_config -n db_REPL_INFO -s replication -G -q", 0, "n1|file|7\n");
  expect_done("crm_attribute -t rsc_defaults -n resource-stickiness -v 7");
  expect("crm_attribute -t rsc_defaults -n resource-stickiness -G -q", 0, "7\n");
  EXPECT_EQ(tool("crm_attribute -t nowhere -n a -G").code, 64);
  EXPECT_EQ(tool("crm_attribute -v 5").code, 64);
}

TEST_F(CrmTools, TellOfNodes) {
  expect("crm_node -n", 0, "node1\n");
  expect("crm_node -i", 0, "1\n");
  expect("crm_node -l", 0, "1 node1 member\n");
  expect("crm_node -p", 0, "node1 \n");
  expect("crm_node -q", 0, "1\n");
  expect("crm_node -N 1", 0, "node1\n");
  EXPECT_EQ(tool("crm_node -N 9").code, 105);
  EXPECT_EQ(tool("crm_node").code, 64);
}

TEST_F(CrmTools, KeepWhatResourcesUse) {
  type(dummy("D1"));
  expect("crm_resource -Q -r D1 -z -g cpu", 105,
         "crm_resource: Attribute 'cpu' not found for 'D1'\n");
  expect_done("crm_resource -r D1 -z -p cpu -v 2");
  expect("crm_resource -Q -r D1 -z -g cpu", 0, "2\n");
  expect_done("crm_resource --resource=D1 --utilization --delete-parameter=cpu");
  EXPECT_EQ(tool("crm_resource -r D1 -z -g cpu").code, 105);
}

/// With the expressions that pgsql, galera, redis and rabbitmq-cluster use.
TEST_F(CrmTools, TellWhoIsPromoted) {
  type("resource create S ocf:pacemaker:Stateful state=" + path("S.state") +
       " promotable --wait=60");
  for (const char* words : {"crm_mon -1 --output-as=xml", "crm_mon -1 --as-xml", "crm_mon -1X"}) {
    const test::Answer answer = tool(words);
    EXPECT_EQ(answer.code, 0) << words;
    EXPECT_THAT(answer.text, ContainsRegex("resource.*id=\"S\".* role=\"(Promoted|Master)\".* "
                                           "active=\"true\".* orphaned=\"false\".* "
                                           "failed=\"false\""));
    EXPECT_THAT(answer.text, ContainsRegex("<node name=\"node1\" .* online=\"true\""));
    EXPECT_THAT(answer.text, ContainsRegex("standby=\"false\".* unclean=\"false\".* "
                                           "type=\"member\""));
  }
  type("resource disable S-clone --wait=60");
  EXPECT_THAT(tool("crm_mon -1 --output-as=xml").text,
              ContainsRegex("<resource id=\"S\" .* role=\"Stopped\" .* active=\"false\""));
}

TEST_F(CrmTools, ReadTheCibOfAFile) {
  type(dummy("D1"));
  type("cib >" + path("cib.xml"));
  const test::Answer answer = call("CIB_file=" + path("cib.xml") +
                                   " " MAINSTAY_TOOLS_DIRECTORY "/crm_mon -1 --output-as=xml");
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("<resource id=\"D1\" resource_agent=\"ocf:heartbeat:Dummy\""));
}

TEST_F(CrmTools, ShowPartsOfTheCib) {
  expect_done("attrd_updater -n cookie -U rabbit@node1 -d 0");
  const std::string cookie = "//node_state[@crmd='online']//nvpair[@name='cookie']";
  expect("cibadmin -Q --xpath \"" + cookie + "\"", 0,
         "<nvpair id=\"status-1-cookie\" name=\"cookie\" value=\"rabbit@node1\"/>\n");
  expect("cibadmin -Q -l -e -A \"" + cookie + "\"", 0,
         "/cib/status/node_state[@id='1']/transient_attributes[@id='1']/"
         "instance_attributes[@id='status-1']/nvpair[@id='status-1-cookie']\n");
  expect("cibadmin --query --scope constraints", 0, "<constraints/>\n");
  expect("cibadmin -Q -n -o status", 0, "<status/>\n");
  expect("cibadmin -Q --xpath //nothing", 105, "Call failed: No such device or address\n");
  EXPECT_THAT(tool("cibadmin -Q").text, StartsWith("<cib "));
  EXPECT_EQ(tool("cibadmin").code, 64);
}

TEST_F(CrmTools, ChangeTheConfiguration) {
  expect_done(
      "cibadmin -C -o resources -X '<primitive id=\"D\" class=\"ocf\" provider=\"heartbeat\" "
      "type=\"Dummy\"/>'");
  call("sh -c 'echo \"<primitive id=\\\"D\\\" description=\\\"x\\\"/>\" >" + path("D.xml") + "'");
  expect_done("cibadmin -M -x " + path("D.xml"));
  expect_done("cibadmin -M -p <" + path("D.xml"));
  EXPECT_THAT(tool("cibadmin -Q -n -A //primitive").text, HasSubstr("description=\"x\""));
  expect_done("cibadmin -D -X '<primitive id=\"D\"/>'");
  EXPECT_EQ(tool("cibadmin -D -X '<primitive id=\"D\"/>'").code, 105);
}

/// As galera and redis call it: without validation, through the file that cibadmin prints.
TEST_F(CrmTools, ServeTheLibraryOfAgents) {
  if (!std::filesystem::exists("/usr/lib/ocf/lib/heartbeat/ocf-shellfuncs")) {
    GTEST_SKIP() << "the library of shell agents is not installed";
  }
  const test::Answer answer = call(
      "SHELL=/bin/bash OCF_ROOT=/usr/lib/ocf HA_SBIN_DIR=" MAINSTAY_TOOLS_DIRECTORY
      " bash -c '. /usr/lib/ocf/lib/heartbeat/ocf-shellfuncs; HA_SBIN_DIR=" MAINSTAY_TOOLS_DIRECTORY
      "; crm_mon_no_validation -1X'");
  EXPECT_THAT(answer.text,
              ContainsRegex("<node name=\"node1\" .*unclean=\"false\" .*type=\"member\""));
}

TEST_F(CrmTools, KeepAPageOfTheStatus) {
  const std::string words =
      "crm_mon -p " + path("mon.pid") + " -d -i 1 -n -r -h " + path("mon.html");
  expect(words, 0, "");
  const std::string wait = "sh -c 'until [ -e " + path("mon.html") + " ]; do sleep 0.05; done'";
  EXPECT_EQ(call("timeout 10 " + wait).code, 0);
  const test::Answer page = call("cat " + path("mon.html"));
  EXPECT_THAT(page.text, HasSubstr("<title>Cluster Status</title>"));
  EXPECT_THAT(page.text, HasSubstr("* Node node1: online:"));
  EXPECT_EQ(call("kill $(cat " + path("mon.pid") + ")").code, 0);
}

TEST_F(CrmTools, PutANodeInStandby) {
  expect("crm_standby -G", 0, "scope=status  name=standby value=off\n");
  expect_done("crm_standby -v on");
  expect("crm_standby -N node1 -G -q", 0, "on\n");
  EXPECT_THAT(tool("crm_mon -1").text, HasSubstr("Node node1: standby"));
  expect_done("crm_standby -l reboot -v off");
  EXPECT_EQ(tool("crm_standby -D").code, 0);
  expect("crm_standby -q", 0, "off\n");
}

TEST_F(CrmTools, CountFailures) {
  type(dummy("D1"));
  expect("crm_failcount -r D1 -G", 0, "scope=status  name=fail-count-D1 value=0\n");
  expect_done("crm_attribute -l reboot -n 'fail-count-D1#start_0' -v 3");
  expect("crm_failcount -r D1 -G -q", 0, "3\n");
  expect_done("crm_failcount -r D1 -D");
  expect("crm_failcount -r D1 -G -q", 0, "0\n");
  EXPECT_EQ(tool("crm_failcount -r D1").code, 64);
}

/// As azure-events does.
TEST_F(CrmTools, TellWhatIsPending) {
  type(dummy("D1"));
  const test::Answer operations = tool("crm_resource --list-operations -N node1");
  EXPECT_EQ(operations.code, 0);
  EXPECT_THAT(operations.text, ContainsRegex("D1\t.ocf:heartbeat:Dummy.:\t Started: D1_start_0 "
                                             ".node=node1, call=[0-9]+, rc=0, .*: complete"));
  EXPECT_EQ(tool("crm_resource --list-operations -N nobody").code, 105);
  EXPECT_THAT(tool("crm_simulate -Ls").text, HasSubstr("Transition Summary:\n"));
}

/// As controld does.
TEST_F(CrmTools, AskForFencing) {
  EXPECT_THAT(tool("stonith_admin -H '*' --output-as xml").text,
              testing::Not(HasSubstr("extended-status=\"pending\"")));
  expect("stonith_admin --reboot=node1 --tag controld", 124,
         "stonith_admin: node1 is to be fenced, and nothing has told that it was\n");
  expect("crm_attribute -l reboot -n terminate -G -q", 0, "true\n");
  EXPECT_EQ(tool("stonith_admin --reboot=nobody").code, 105);
  EXPECT_EQ(tool("stonith_admin").code, 64);
}

TEST_F(CrmTools, TellOfTickets) {
  expect_done("crm_ticket -l");
  expect("crm_ticket -t site -G granted -d false", 0, "false\n");
  EXPECT_EQ(tool("crm_ticket -t site -G granted").code, 105);
}

TEST_F(CrmTools, SayWhenThereIsNoCluster) {
  const test::Answer answer =
      tool("crm_attribute --socket " + path("nowhere.sock") + " -t crm_config -n a -G");
  EXPECT_EQ(answer.code, 102);
  EXPECT_THAT(answer.text, StartsWith("crm_attribute: "));
}

TEST_F(CrmTools, PromoteAnUnmodifiedScript) {
  type("resource create S ocf:pacemaker:Stateful state=" + path("S.state") +
       " meta agent-implementation=shell promotable --wait=60");
  EXPECT_THAT(type("status --full"), HasSubstr("S: shell agent used"));
  EXPECT_THAT(type("status"), HasSubstr("Promoted: [ node1 ]"));
  EXPECT_THAT(type("cib"), HasSubstr("name=\"master-S\" value=\"10\""));
}

TEST_F(CrmTools, SetAnUnmodifiedScriptsAttribute) {
  type("resource create P ocf:pacemaker:ping host_list=127.0.0.1 dampen=0s attempts=1 pidfile=" +
       path("P.pid") + " meta agent-implementation=shell --wait=60");
  expect("attrd_updater -n pingd -Q", 0, "name=\"pingd\" host=\"node1\" value=\"1\"\n");
}

}  // namespace
}  // namespace mainstay
