// SPDX-License-Identifier: Apache-2.0
// The commands of Pacemaker that agents call, and agents that call them, unmodified.
#include "tests/component/daemon/operator.h"

namespace mainstay {
namespace {

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
