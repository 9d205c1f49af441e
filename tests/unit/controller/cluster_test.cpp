// SPDX-License-Identifier: Apache-2.0
// Controllers together, with a planner of the test's own: joining, working, dying, leaving.
#include <gtest/gtest.h>

#include "core/cib/query.h"
#include "simple_planner.h"
#include "tests/simulation/simulated_cluster.h"

namespace mainstay::simulation {
namespace {

constexpr Duration kLong{60'000};

Options with(std::uint32_t nodes, const std::vector<std::string>& primitives) {
  return {.nodes = nodes,
          .seed = 7,
          .two_node = nodes == 2,
          .planner = simple_planner(),
          .cib = simple_cib(primitives)};
}

cib::Change target_role(const std::string& resource, const std::string& role) {
  return {{.kind = cib::Edit::Kind::merge,
           .path = "/cib/configuration/resources/primitive[@id='" + resource + "']",
           .xml = "<meta_attributes id=\"" + resource + "-meta\"><nvpair id=\"" + resource +
                  "-role\" name=\"target-role\" value=\"" + role + "\"/></meta_attributes>",
           .attributes = {},
           .before = {}}};
}

/// What `mainstay resource cleanup` forgets of a resource.
cib::Change forget(const std::string& resource) {
  cib::Change change;
  for (const std::string& path : {"lrm_resource[@id='" + resource + "']",
                                  "nvpair[@name='fail-count-" + resource + "#monitor_10000']",
                                  "nvpair[@name='last-failure-" + resource + "#monitor_10000']",
                                  "nvpair[@name='fail-count-" + resource + "#stop_0']",
                                  "nvpair[@name='last-failure-" + resource + "#stop_0']"}) {
    change.push_back({.kind = cib::Edit::Kind::remove_all,
                      .path = "/cib/status//" + path,
                      .xml = {},
                      .attributes = {},
                      .before = {}});
  }
  return change;
}

class ClusterTest : public ::testing::Test {
 protected:
  void make(Options options) { cluster_.emplace(std::move(options)); }
  SimulatedCluster& cluster() { return *cluster_; }
  void settle() {
    ASSERT_TRUE(cluster().run_until([this] { return cluster().settled(); }, kLong))
        << cluster().trace();
  }
  void TearDown() override {
    if (cluster_) {
      EXPECT_TRUE(cluster().violations().empty()) << cluster().violations().front() << "\n"
                                                  << cluster().trace();
    }
  }

 private:
  std::optional<SimulatedCluster> cluster_;
};

using Ids = std::vector<std::uint32_t>;

TEST_F(ClusterTest, OneNodeAloneProbesStartsAndMonitors) {
  make(with(1, {"VIP"}));
  cluster().boot(1);
  settle();
  EXPECT_EQ(cluster().active_on("VIP"), Ids{1});
  EXPECT_EQ(cluster().runs("VIP", "start"), 1U);
  cluster().run_for(Duration{35'000});
  EXPECT_GE(cluster().runs("VIP", "monitor"), 4U);
}

TEST_F(ClusterTest, NodesThatBootTogetherAgreeOnOneDc) {
  make(with(3, {"A", "B"}));
  cluster().boot_all();
  settle();
  EXPECT_EQ(cluster().controller(2).info().dc, cluster().controller(3).info().dc);
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
  EXPECT_EQ(cluster().active_on("B").size(), 1U);
}

TEST_F(ClusterTest, AnUnchangedMonitorSendsNothing) {
  make(with(2, {"A"}));
  cluster().boot_all();
  settle();
  cluster().run_for(kLong);
  const std::size_t before = cluster().broadcasts();
  cluster().run_for(kLong);
  EXPECT_EQ(cluster().broadcasts(), before);
}

TEST_F(ClusterTest, ADeadResourceIsRestartedAndCounted) {
  make(with(2, {"A"}));
  cluster().boot_all();
  settle();
  cluster().break_resource("A");
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("A", "start") == 2; }, kLong))
      << cluster().trace() << cluster().controller(1).cib().text();
  settle();
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
  EXPECT_NE(cluster().controller(1).cib().text().find("fail-count-A#monitor_10000"),
            std::string::npos);
}

TEST_F(ClusterTest, AHintIsFollowedByAMonitorAndOnlyThatCounts) {
  make(with(2, {"A"}));
  cluster().boot_all();
  settle();
  const std::size_t before = cluster().broadcasts();
  cluster().hint("A");
  cluster().run_for(Duration{100});
  EXPECT_EQ(cluster().broadcasts(), before);  // a false alarm
  cluster().break_resource("A");
  cluster().hint("A");
  cluster().run_for(Duration{1'000});  // far less than the monitor's interval
  settle();
  EXPECT_EQ(cluster().runs("A", "start"), 2U);
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
  EXPECT_NE(cluster().controller(1).cib().text().find("fail-count-A#monitor_10000"),
            std::string::npos);
}

TEST_F(ClusterTest, TheSurvivorTakesOverFromADeadDc) {
  make(with(2, {"A"}));
  cluster().boot(1);
  settle();
  cluster().boot(2);
  settle();
  ASSERT_EQ(cluster().controller(2).info().dc, "node1");
  cluster().crash(1);
  settle();
  EXPECT_EQ(cluster().controller(2).info().dc, "node2");
  EXPECT_EQ(cluster().active_on("A"), Ids{2});
  cluster().boot(1);
  settle();
  EXPECT_EQ(cluster().controller(1).info().dc, "node2");
  EXPECT_EQ(cluster().active_on("A"), Ids{2});
}

TEST_F(ClusterTest, ADcThatDiesInTheMiddleIsReplacedAndTheWorkGoesOn) {
  make(with(3, {"A"}));
  cluster().boot(1);
  settle();
  cluster().boot(2);
  cluster().boot(3);
  settle();
  cluster().change(2, target_role("A", "Stopped"));
  settle();
  cluster().set_behaviour("A", {.fail_percent = 0,
                                .hang_percent = 0,
                                .shortest = Duration{5'000},
                                .longest = Duration{5'000}});
  cluster().change(2, target_role("A", "Started"));
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("A", "start") == 2; }, kLong));
  const std::uint32_t dc = 1;
  cluster().crash(dc);
  settle();
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
}

TEST_F(ClusterTest, AChangeIsAnsweredAfterItIsOnDiskAndIdleAfterItIsDone) {
  make(with(3, {"A"}));
  cluster().boot_all();
  settle();
  const std::uint64_t change = cluster().change(3, target_role("A", "Stopped"));
  EXPECT_EQ(cluster().reply(change), nullptr);
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(change) != nullptr; }, kLong));
  EXPECT_FALSE(cluster().reply(change)->error);
  const std::uint64_t idle = cluster().await_idle(3);
  EXPECT_EQ(cluster().reply(idle), nullptr);
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(idle) != nullptr; }, kLong))
      << cluster().trace();
  EXPECT_TRUE(cluster().active_on("A").empty());
}

TEST_F(ClusterTest, ARefusedChangeSaysWhy) {
  make(with(1, {"A"}));
  cluster().boot_all();
  settle();
  const std::uint64_t change =
      cluster().change(1, {{.kind = cib::Edit::Kind::remove,
                            .path = "/cib/configuration/resources/primitive[@id='X']",
                            .xml = {},
                            .attributes = {},
                            .before = {}}});
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(change) != nullptr; }, kLong));
  ASSERT_TRUE(cluster().reply(change)->error);
  EXPECT_FALSE(cluster().reply(change)->error->context.empty());
}

TEST_F(ClusterTest, ANodeTakenOutOfTheConfigurationIsListedAgain) {
  make(with(2, {"A"}));
  cluster().boot_all();
  settle();
  const std::size_t stops = cluster().runs("A", "stop");
  const std::uint64_t change = cluster().change(1, {{.kind = cib::Edit::Kind::remove_all,
                                                     .path = "/cib/configuration/nodes/node",
                                                     .xml = {},
                                                     .attributes = {},
                                                     .before = {}}});
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(change) != nullptr; }, kLong));
  ASSERT_FALSE(cluster().reply(change)->error) << cluster().reply(change)->error->context;
  settle();
  for (const std::uint32_t node : {1U, 2U}) {
    EXPECT_TRUE(cib::lists_node(cluster().controller(node).cib(), "node1"));
    EXPECT_TRUE(cib::lists_node(cluster().controller(node).cib(), "node2"));
  }
  EXPECT_EQ(cluster().runs("A", "stop"), stops);
}

TEST_F(ClusterTest, ASlowActionHoldsBackNothingElse) {
  make(with(2, {"Slow", "Quick"}));
  cluster().boot_all();
  settle();
  cluster().set_behaviour("Slow", {.fail_percent = 0,
                                   .hang_percent = 0,
                                   .shortest = Duration{15'000},
                                   .longest = Duration{15'000}});
  cluster().change(1, target_role("Slow", "Stopped"));
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("Slow", "stop") == 1; }, kLong));
  cluster().change(1, target_role("Quick", "Stopped"));
  ASSERT_TRUE(
      cluster().run_until([this] { return cluster().active_on("Quick").empty(); }, Duration{2'000}))
      << cluster().trace();
  EXPECT_FALSE(cluster().active_on("Slow").empty());
  settle();
  EXPECT_EQ(cluster().runs("Slow", "stop"), 1U);
}

TEST_F(ClusterTest, ANodeThatLeavesStopsItsResourcesFirst) {
  make(with(2, {"A"}));
  cluster().boot(1);
  settle();
  cluster().boot(2);
  settle();
  cluster().shut_down(1);
  ASSERT_TRUE(cluster().run_until([this] { return !cluster().is_up(1); }, kLong))
      << cluster().trace();
  settle();
  EXPECT_EQ(cluster().active_on("A"), Ids{2});
  EXPECT_NE(cluster().controller(2).cib().text().find("expected=\"down\""), std::string::npos);
}

TEST_F(ClusterTest, ANodeWithoutAnEngineStopsItsOwnResourcesAndLeaves) {
  make(with(1, {"A"}));
  cluster().boot(1);
  settle();
  cluster().restart_engine(1);
  EXPECT_FALSE(cluster().controller(1).info().connected);
  EXPECT_EQ(cluster().active_on("A"), Ids{1});
  const std::uint64_t refused = cluster().change(1, target_role("A", "Stopped"));
  ASSERT_NE(cluster().reply(refused), nullptr);
  EXPECT_EQ(cluster().reply(refused)->error->code, make_error_code(Errc::unavailable));
  cluster().shut_down(1);
  ASSERT_TRUE(cluster().run_until([this] { return !cluster().is_up(1); }, kLong))
      << cluster().trace();
  EXPECT_EQ(cluster().runs("A", "stop"), 1U);
}

TEST_F(ClusterTest, ANodeThatCannotStopAResourceDoesNotLeaveItBehind) {
  Options options = with(2, {"A"});
  options.planner = {};
  make(options);
  cluster().boot_all();
  settle();
  const std::uint32_t home = cluster().active_on("A").front();
  const std::uint32_t other = 3 - home;
  cluster().set_behaviour("A", {.stop_fail_percent = 100});
  cluster().shut_down(home);
  cluster().run_for(kLong);
  ASSERT_TRUE(cluster().is_up(home)) << cluster().trace();
  EXPECT_EQ(cluster().active_on("A"), Ids{home});
  cluster().set_behaviour("A", {});
  cluster().change(other, forget("A"));
  ASSERT_TRUE(cluster().run_until([&] { return !cluster().is_up(home); }, kLong))
      << cluster().trace();
  settle();
  EXPECT_EQ(cluster().active_on("A"), Ids{other});
}

TEST_F(ClusterTest, AfterShutdownEscalationANodeLeavesAllTheSame) {
  Options options = with(2, {"A"});
  options.planner = {};
  options.cib.replace(options.cib.find("</cluster_property_set>"), 0,
                      "<nvpair id=\"o-se\" name=\"shutdown-escalation\" value=\"3min\"/>");
  make(options);
  cluster().boot_all();
  settle();
  const std::uint32_t home = cluster().active_on("A").front();
  cluster().set_behaviour("A", {.stop_fail_percent = 100});
  cluster().shut_down(home);
  cluster().run_for(Duration{170'000});
  EXPECT_TRUE(cluster().is_up(home)) << cluster().trace();
  cluster().run_for(Duration{20'000});
  EXPECT_FALSE(cluster().is_up(home)) << cluster().trace();
}

TEST_F(ClusterTest, WhatNobodyHasConfiguredYetIsNotKeptAside) {
  Options options = with(3, {});
  options.cib.clear();
  make(options);
  cluster().partition({{1}, {2, 3}});
  cluster().boot_all();
  settle();
  cluster().heal();
  settle();
  EXPECT_EQ(cluster().kept_aside(), 0U) << cluster().trace();
}

TEST_F(ClusterTest, AReconnectedNodeIsProbedAndKeepsWhatRuns) {
  make(with(2, {"A"}));
  cluster().boot(1);
  settle();
  cluster().boot(2);
  settle();
  cluster().restart_engine(1);
  settle();
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
}

TEST_F(ClusterTest, AQuorateHistoryWinsAndTheOtherIsKeptAside) {
  make(with(3, {"A"}));
  cluster().boot_all();
  settle();
  cluster().partition({{1}, {2, 3}});
  settle();
  for (int index = 0; index < 3; ++index) {
    cluster().change(1, target_role("A", index % 2 == 0 ? "Stopped" : "Started"));
    cluster().run_for(Duration{200});
  }
  settle();
  const cib::Version lonely = cluster().controller(1).cib().version();
  EXPECT_GT(lonely, cluster().controller(2).cib().version());
  cluster().heal();
  settle();
  EXPECT_EQ(cluster().kept_aside(), 1U);
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
}

TEST_F(ClusterTest, ANewcomerThatHangsStopsNobody) {
  make(with(3, {"A"}));
  cluster().boot(1);
  cluster().boot(2);
  settle();
  cluster().freeze(3);
  cluster().boot(3);
  cluster().run_for(Duration{1'000});
  cluster().break_resource("A");
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("A", "start") == 2; }, kLong))
      << cluster().trace();
  cluster().thaw(3);
  settle();
  EXPECT_EQ(cluster().controller(3).info().dc, cluster().controller(1).info().dc);
  EXPECT_EQ(cluster().active_on("A").size(), 1U);
}

TEST_F(ClusterTest, AFencingThatIsNeededBlocksAndIsSaid) {
  Options options = with(3, {"A"});
  options.planner = {};  // the real scheduler
  options.cib.replace(options.cib.find("value=\"false\""), 13, "value=\"true\"");
  options.cib.replace(options.cib.find("</resources>"), 0,
                      "<primitive id=\"F\" class=\"stonith\" type=\"fence_dummy\"/>");
  make(options);
  cluster().boot_all();
  settle();
  ASSERT_EQ(cluster().active_on("A").size(), 1U) << cluster().trace();
  cluster().crash(cluster().active_on("A").front());
  settle();
  const auto up = *cluster().up_hosts().begin();
  EXPECT_TRUE(cluster().active_on("A").empty());
  ASSERT_FALSE(cluster().controller(up).info().blocked.empty()) << cluster().trace();
  EXPECT_NE(cluster().controller(up).info().blocked.front().find("must be fenced"),
            std::string::npos)
      << cluster().controller(up).info().blocked.front();
}

TEST_F(ClusterTest, ACleanupForgetsTheFailureAndNothingElseStops) {
  Options options = with(2, {"A", "B"});
  options.planner = {};
  make(options);
  cluster().boot_all();
  settle();
  cluster().break_resource("A");
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("A", "start") == 2; }, kLong));
  settle();
  cluster().change(1, forget("A"));
  cluster().run_for(Duration{2'000});
  settle();
  EXPECT_EQ(cluster().controller(2).cib().text().find("fail-count"), std::string::npos);
  EXPECT_EQ(cluster().runs("A", "start"), 2U);
  EXPECT_EQ(cluster().runs("A", "stop"), 1U);
  const std::size_t monitors = cluster().runs("A", "monitor");
  cluster().run_for(Duration{60'000});
  EXPECT_GE(cluster().runs("A", "monitor"), monitors + 5);
  cluster().break_resource("A");
  ASSERT_TRUE(cluster().run_until([this] { return cluster().runs("A", "start") == 3; }, kLong))
      << cluster().trace();
  EXPECT_EQ(cluster().runs("B", "start"), 1U);
}

TEST_F(ClusterTest, ALargeChangeTravelsInPieces) {
  make(with(3, {"A"}));
  cluster().boot_all();
  settle();
  cib::Change change;
  for (int index = 0; index < 2'000; ++index) {
    const std::string id = "big" + std::to_string(index);
    change.push_back({.kind = cib::Edit::Kind::create,
                      .path = "/cib/configuration/resources",
                      .xml = "<primitive id=\"" + id +
                             "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">"
                             "<meta_attributes id=\"" +
                             id + "-m\"><nvpair id=\"" + id +
                             "-r\" name=\"target-role\" value=\"Stopped\"/><nvpair id=\"" + id +
                             "-d\" name=\"note\" value=\"" + std::string(600, 'x') +
                             "\"/></meta_attributes></primitive>",
                      .attributes = {},
                      .before = {}});
  }
  cluster().partition({{1, 2}, {3}});
  settle();
  const std::uint64_t request = cluster().change(2, change);
  cluster().heal();  // while the pieces are on the way
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(request) != nullptr; }, kLong));
  ASSERT_FALSE(cluster().reply(request)->error) << cluster().reply(request)->error->context;
  settle();
  EXPECT_NE(cluster().controller(3).cib().compact_text().find("big1999"), std::string::npos);
}

std::string cib_with(const std::string& resources) {
  std::string cib = simple_cib({});
  cib.insert(cib.find("</resources>"), resources);
  return cib;
}

cib::Change node_attribute(const std::string& node, const std::string& name,
                           const std::string& value) {
  return {{.kind = cib::Edit::Kind::merge,
           .path = "/cib/configuration/nodes/node[@uname='" + node + "']",
           .xml = "<instance_attributes id=\"set-" + node + "\"><nvpair id=\"" + name + "-" + node +
                  "\" name=\"" + name + "\" value=\"" + value + "\"/></instance_attributes>",
           .attributes = {},
           .before = {}}};
}

TEST_F(ClusterTest, WhatCanMigrateIsNeverStoppedOnTheWay) {
  make({.nodes = 2,
        .seed = 7,
        .two_node = true,
        .planner = {},
        .cib = cib_with("<primitive id=\"VM\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">"
                        "<meta_attributes id=\"VM-m\"><nvpair id=\"VM-a\" name=\"allow-migrate\" "
                        "value=\"true\"/></meta_attributes></primitive>")});
  cluster().boot_all();
  settle();
  ASSERT_EQ(cluster().active_on("VM").size(), 1U);
  const std::uint32_t source = cluster().active_on("VM").front();
  const std::size_t starts = cluster().runs("VM", "start");
  const std::uint64_t change =
      cluster().change(1, node_attribute(cluster().node_name(source), "standby", "on"));
  ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(change) != nullptr; }, kLong));
  settle();
  EXPECT_EQ(cluster().active_on("VM"), Ids{3 - source});
  EXPECT_EQ(cluster().runs("VM", "migrate_to"), 1U);
  EXPECT_EQ(cluster().runs("VM", "migrate_from"), 1U);
  EXPECT_EQ(cluster().runs("VM", "start"), starts);
  EXPECT_EQ(cluster().runs("VM", "stop"), 1U);  // what is left at the source
}

TEST_F(ClusterTest, APromotableCloneHearsOfItsPromotionAndFailsOver) {
  make({.nodes = 2,
        .seed = 7,
        .two_node = true,
        .planner = {},
        .cib = cib_with("<clone id=\"DBs\"><meta_attributes id=\"DBs-m\">"
                        "<nvpair id=\"DBs-p\" name=\"promotable\" value=\"true\"/>"
                        "<nvpair id=\"DBs-n\" name=\"notify\" value=\"true\"/></meta_attributes>"
                        "<primitive id=\"DB\" class=\"ocf\" provider=\"pacemaker\" "
                        "type=\"Stateful\"/></clone>"),
        .clones = {"DB"}});
  cluster().boot_all();
  settle();
  EXPECT_EQ(cluster().active_on("DB"), (Ids{1, 2}));
  EXPECT_TRUE(cluster().promoted_on("DB").empty());  // nobody has a score yet
  for (const auto& [node, score] : {std::pair("node1", "10"), std::pair("node2", "5")}) {
    const std::uint64_t scored = cluster().change(1, node_attribute(node, "master-DB", score));
    ASSERT_TRUE(cluster().run_until([&] { return cluster().reply(scored) != nullptr; }, kLong));
  }
  settle();
  EXPECT_EQ(cluster().promoted_on("DB"), Ids{1});
  EXPECT_GE(cluster().runs("DB", "notify"), 4U);  // before and after, on both
  cluster().crash(1);
  ASSERT_TRUE(cluster().run_until([this] { return cluster().promoted_on("DB") == Ids{2}; }, kLong))
      << cluster().trace();
}

}  // namespace
}  // namespace mainstay::simulation
