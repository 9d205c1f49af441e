// SPDX-License-Identifier: Apache-2.0
// The command `mainstay` as an operator types it, against a real standalone mainstayd.
#include <fstream>

#include "tests/component/daemon/operator.h"

namespace mainstay {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using test::Operator;

TEST_F(Operator, CreatesShowsChangesAndDeletesAResource) {
  type(dummy("D1"));
  EXPECT_THAT(type("status"), HasSubstr("D1\t(ocf:heartbeat:Dummy):\t Started node1"));
  EXPECT_THAT(type("resource config D1"), HasSubstr("state=" + path("D1.state")));
  type("resource update D1 fake=changed --wait=60");
  EXPECT_THAT(type("cib"), HasSubstr("name=\"fake\" value=\"changed\""));
  type("resource disable D1 --wait=60");
  EXPECT_THAT(type("status"), HasSubstr("Stopped (disabled)"));
  type("resource enable D1 --wait=60");
  EXPECT_THAT(type("status"), HasSubstr("Started node1"));
  type("resource delete D1");
  EXPECT_THAT(type("cib"), Not(HasSubstr("<primitive")));
  EXPECT_THAT(type("status"), Not(HasSubstr("D1")));
}

TEST_F(Operator, ListsAnInitScriptAsAServiceToWhoAsksForServices) {
  const std::string scripts = type("resource list lsb:");
  ASSERT_THAT(scripts, HasSubstr("lsb:corosync\n"));
  EXPECT_THAT(type("resource list service"), HasSubstr("service:corosync\n"));
  EXPECT_THAT(type("resource list"), Not(HasSubstr("service:corosync\n")));
}

TEST_F(Operator, ConstrainsAndReleases) {
  type(dummy("D1"));
  type(dummy("D2"));
  type("constraint colocation add D2 with D1 INFINITY");
  type("constraint order D1 then D2");
  type("constraint location D1 prefers node1=50");
  const std::string shown = type("constraint config --full");
  EXPECT_THAT(shown, HasSubstr("colocation-D2-D1-INFINITY"));
  EXPECT_THAT(shown, HasSubstr("order-D1-D2-mandatory"));
  EXPECT_THAT(shown, HasSubstr("location-D1-node1-50"));
  type("constraint delete order-D1-D2-mandatory");
  EXPECT_THAT(type("constraint config --full"), Not(HasSubstr("order-D1-D2-mandatory")));
}

TEST_F(Operator, AnOrderBetweenWhatRunsRestartsNothing) {
  type(dummy("D1"));
  type(dummy("D2"));
  type("constraint order D1 then D2");
  type("resource enable D1 --wait=60");
  const std::string cib = type("cib");
  EXPECT_THAT(cib, Not(HasSubstr("operation=\"stop\"")));
}

TEST_F(Operator, IsToldWhatIsWrongAndLosesNothing) {
  type(dummy("D1"));
  refuse("sttaus", 2, "unknown command 'sttaus'; did you mean 'status'?");
  refuse("resource crate X ocf:heartbeat:Dummy", 2, "did you mean 'create'?");
  refuse("resource create X ocf:heartbeat:Dumy", 1, "Dumy");
  refuse("resource create X ocf:heartbeat:Dummy colour=red", 1, "colour");
  refuse("resource create D1 ocf:heartbeat:Dummy", 1, "D1");
  refuse("resource create X ocf:heartbeat:Dummy op monitor interval=soon", 1, "soon");
  refuse("resource disable Nowhere", 1, "Nowhere");
  refuse("constraint colocation add D1 with Nowhere INFINITY", 1, "Nowhere");
  refuse("constraint location D1 prefers node1=much", 1, "much");
  refuse("node standby nobody", 1, "nobody");
  std::ofstream(path("broken.xml")) << "<cib>\n<configuration>\n<resources></cib>\n";
  refuse("cib push " + path("broken.xml"), 1, "broken.xml:3");
  refuse("verify " + path("broken.xml"), 78, "broken.xml:3");
  EXPECT_THAT(type("status"), HasSubstr("D1\t(ocf:heartbeat:Dummy):\t Started node1"));
}

TEST_F(Operator, SetsAttributesAndUtilization) {
  type(dummy("D1"));
  type("node attribute node1 loc=office rack=");
  EXPECT_EQ(type("node attribute"), "Node Attributes:\n node1: loc=office\n");
  type("node attribute node1 loc=");
  EXPECT_EQ(type("node attribute node1"), "Node Attributes:\n");
  type("node utilization node1 cpu=2 memory=100");
  EXPECT_EQ(type("node utilization"), "Node Utilization:\n node1: cpu=2 memory=100\n");
  type("resource utilization D1 cpu=1");
  EXPECT_EQ(type("resource utilization"), "Resource Utilization:\n D1: cpu=1\n");
  refuse("node attribute nobody loc=office", 1, "nobody");
  refuse("resource utilization Nowhere cpu=1", 1, "Nowhere");
}

TEST_F(Operator, LeavesAResourceAlone) {
  type(dummy("D1"));
  type("resource unmanage D1");
  EXPECT_THAT(type("status"), HasSubstr("Started node1 (unmanaged)"));
  type("resource manage D1");
  EXPECT_THAT(type("status"), Not(HasSubstr("unmanaged")));
}

TEST_F(Operator, SeesHowLongMonitorsTake) {
  EXPECT_EQ(type("resource latency"), "No monitor has run twice on this node\n");
  type(dummy("D1", "1h"));
  type(dummy("D2", "100ms"));
  while (type("resource latency D2").find(" runs)") == std::string::npos) {
  }
  EXPECT_THAT(type("resource latency"), StartsWith("D2 monitor every 100 ms: last "));
  EXPECT_THAT(type("resource latency"), HasSubstr(" ms of 20000 ms ("));
  EXPECT_EQ(type("resource latency D1"), "No monitor has run twice on this node\n");
}

TEST_F(Operator, ANoticeGoesWithItsResource) {
  type(dummy("Shell") + " meta agent-implementation=shell");
  EXPECT_THAT(type("status"), HasSubstr("Shell: shell agent used"));
  type("resource delete Shell");
  EXPECT_THAT(type("status"), Not(HasSubstr("shell agent used")));
}

TEST_F(Operator, ClonesAResourceThatRunsWithoutRestartingIt) {
  type(dummy("D1"));
  type("resource clone D1 interleave=true --wait=60");
  EXPECT_THAT(type("status"), HasSubstr("Clone Set: D1-clone [D1]:\n    * Started: [ node1 ]"));
  EXPECT_THAT(type("cib"), Not(HasSubstr("operation=\"stop\"")));
  type("resource unclone D1 --wait=60");
  EXPECT_THAT(type("status"), HasSubstr("D1\t(ocf:heartbeat:Dummy):\t Started node1"));
}

TEST_F(Operator, CleansAFailureUp) {
  type(dummy("D1", "100ms"));
  std::filesystem::remove(path("D1.state"));
  // The failed monitor is awaited, not slept for: cleanup needs it.
  while (run("status --full").text.find("fail-count=1") == std::string::npos) {
  }
  EXPECT_THAT(type("status"), HasSubstr("D1 100ms-interval monitor on node1 returned"));
  type("resource cleanup D1");
  EXPECT_THAT(type("status --full"), Not(HasSubstr("fail-count")));
}

}  // namespace
}  // namespace mainstay
