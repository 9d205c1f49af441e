// SPDX-License-Identifier: Apache-2.0
// `mainstay plan` and `mainstay explain` on a cluster of two nodes where Web goes with VIP.
#include "core/ctl/what_if.h"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "core/ctl/explain.h"
#include "core/scheduler/read/reader.h"

namespace mainstay::ctl {
namespace {

std::string operation(const std::string& resource, const std::string& task, int rc, int call) {
  const std::string code = std::to_string(rc);
  return "<lrm_rsc_op id='" + resource + "_" + task + "' operation='" + task +
         "' interval='0' rc-code='" + code + "' op-status='0' call-id='" + std::to_string(call) +
         "' transition-key='1:1:" + code + ":x' transition-magic='0:" + code + ";1:1:" + code +
         ":x' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>";  // no parameters
}

std::string history(const std::string& resource, const std::string& task, int rc) {
  return "<lrm_resource id='" + resource + "' class='ocf' provider='heartbeat' type='Dummy'>" +
         operation(resource, task, rc, 5) + "</lrm_resource>";
}

std::string member(const std::string& id, const std::string& histories) {
  return "<node_state id='" + id + "' uname='node" + id +
         "' in_ccm='true' crmd='online' join='member' expected='member'><lrm id='" + id +
         "'><lrm_resources>" + histories + "</lrm_resources></lrm></node_state>";
}

std::string primitive(const std::string& id) {
  return "<primitive id='" + id +
         "' class='ocf' provider='heartbeat' type='Dummy'><meta_attributes id='" + id +
         "-m'><nvpair id='" + id + "-s' name='resource-stickiness' value='50'/>" +
         "</meta_attributes></primitive>";
}

class WhatIf : public testing::Test {
 protected:
  WhatIf() {
    const std::string text =
        "<cib have-quorum='1'><configuration><crm_config><cluster_property_set id='o'><nvpair "
        "id='o1' name='stonith-enabled' value='false'/></cluster_property_set></crm_config>"
        "<nodes><node id='1' uname='node1'/><node id='2' uname='node2'/></nodes><resources>" +
        primitive("VIP") + primitive("Web") +
        "</resources><constraints><rsc_colocation id='web-with-vip' rsc='Web' with-rsc='VIP' "
        "score='INFINITY'/><rsc_location id='likes-node2' rsc='VIP' node='node2' score='20'/>"
        "</constraints></configuration><status>" +
        member("1", history("VIP", "start", 0) + history("Web", "start", 0)) +
        member("2", history("VIP", "monitor", 7) + history("Web", "monitor", 7)) +
        "</status></cib>";
    EXPECT_TRUE(document_.load_string(text.c_str()));
  }

  std::string plan(const Assumptions& assumptions) {
    const pugi::xml_node cib = document_.child("cib");
    const Status assumed = assume(cib, assumptions);
    if (!assumed) {
      return "Error: " + assumed.error().context;
    }
    const auto text = plan_text(cib, WallTime{});
    return text ? *text : text.error().context;
  }

  std::vector<Explanation> explained(const std::string& resource) {
    const auto state = scheduler::read_cluster_state(document_.child("cib"), WallTime{});
    EXPECT_TRUE(state);
    auto result = explain(*state, resource);
    return result ? *result : std::vector<Explanation>();
  }

  pugi::xml_document document_;
};

TEST_F(WhatIf, ChangesNothingWithoutAnAssumption) {
  EXPECT_EQ(plan({}), "Nothing would happen.\n");
}

TEST_F(WhatIf, MovesEverythingAwayFromAStandbyNode) {
  EXPECT_EQ(plan({.standby = "node1"}),
            "VIP would be moved (node1 -> node2).\nWeb would be moved (node1 -> node2).\n");
}

TEST_F(WhatIf, StartsElsewhereWhatANodeLoses) {
  EXPECT_EQ(plan({.node_down = "node1"}),
            "VIP would be started (node2).\nWeb would be started (node2).\n");
}

TEST_F(WhatIf, RecoversAFailedMonitorInPlace) {
  EXPECT_EQ(plan({.failure = "Web@node1=1"}), "Web would be recovered (node1).\n");
}

TEST_F(WhatIf, StopsWithoutQuorumAndSaysWhy) {
  EXPECT_EQ(plan({.quorum = "no"}),
            "VIP would be stopped (node1), due to no quorum.\n"
            "Web would be stopped (node1), due to no quorum.\n");
}

TEST_F(WhatIf, NamesWhatIsWrongWithAnAssumption) {
  EXPECT_EQ(plan({.standby = "node9"}), "Error: node 'node9' does not exist");
  EXPECT_EQ(plan({.node_down = "node9"}),
            "Error: node 'node9' has no status: it never was in the cluster");
  EXPECT_EQ(plan({.failure = "Web"}), "Error: 'Web' is no failure such as Web@node2=7");
  EXPECT_EQ(plan({.failure = "Web@node1=x"}),
            "Error: 'Web@node1=x' is no failure such as Web@node2=7");
  EXPECT_EQ(plan({.failure = "DB@node1"}), "Error: resource 'DB' has no history on node1");
  EXPECT_EQ(plan({.quorum = "maybe"}), "Error: --quorum wants yes or no, not 'maybe'");
}

TEST_F(WhatIf, ExplainsEachScoreByItsConstraint) {
  EXPECT_EQ(explanation_text(explained("VIP")),
            "VIP runs on node1, which is the best node for it.\n"
            "  node1: score 100\n"
            "    +50 because it runs there (resource-stickiness).\n"
            "    +50 by the wishes of Web, which goes with it by the colocation web-with-vip.\n"
            "  node2: score 20\n"
            "    +20 by the location constraint likes-node2.\n");
}

TEST_F(WhatIf, ExplainsABanByAColocation) {
  const auto web = explained("Web");
  ASSERT_EQ(web.size(), 1U);
  ASSERT_EQ(web[0].nodes.size(), 2U);
  EXPECT_EQ(web[0].nodes[1].node, "node2");
  EXPECT_EQ(web[0].nodes[1].reasons,
            (std::vector<std::string>{"-INFINITY by the colocation web-with-vip with VIP."}));
}

TEST_F(WhatIf, ExplainsNothingThatDoesNotExist) {
  const auto state = scheduler::read_cluster_state(document_.child("cib"), WallTime{});
  ASSERT_TRUE(state);
  const auto result = explain(*state, "Nothing");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().context, "bundle/clone/group/resource 'Nothing' does not exist");
}

}  // namespace
}  // namespace mainstay::ctl
