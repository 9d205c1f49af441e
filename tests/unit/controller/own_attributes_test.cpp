// SPDX-License-Identifier: Apache-2.0
// When the cluster hears of a node's attributes.
#include "core/controller/own_attributes.h"

#include <gtest/gtest.h>

#include "core/cib/history.h"
#include "simple_planner.h"
#include "tests/simulation/simulated_cluster.h"

namespace mainstay {
namespace {

using controller::OwnAttributes;

TimePoint at(int ms) {
  return TimePoint{} + Duration{ms};
}

/// "name=value", or "name" for one that is deleted.
std::vector<std::string> told(OwnAttributes& own, TimePoint now,
                              const std::optional<std::string>& known = std::nullopt) {
  std::vector<std::string> texts;
  for (const model::AttributeUpdate& one :
       own.due(now, [&](const std::string&) { return known; })) {
    texts.push_back(one.name + (one.value ? "=" + *one.value : ""));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(OwnAttributes, TellsAtOnceAndOnce) {
  OwnAttributes own;
  own.set({"a", "1"}, at(0));
  EXPECT_EQ(told(own, at(0)), Texts{"a=1"});
  own.set({"a", "1"}, at(1));
  EXPECT_EQ(told(own, at(2)), Texts{});
  EXPECT_EQ(own.next(), std::nullopt);
}

TEST(OwnAttributes, WaitsUntilADampenedValueIsStill) {
  OwnAttributes own;
  own.set({"ping", "0", Duration{5000}}, at(0));
  EXPECT_EQ(own.next(), at(5000));
  own.set({"ping", "1", Duration{5000}}, at(4000));
  own.set({"ping", "1", Duration{5000}}, at(6000));
  EXPECT_EQ(told(own, at(8999)), Texts{});
  EXPECT_EQ(told(own, at(9000)), Texts{"ping=1"});
}

TEST(OwnAttributes, SaysNothingThatIsKnown) {
  OwnAttributes own;
  own.set({"a", "1"}, at(0));
  EXPECT_EQ(told(own, at(0), "1"), Texts{});
  own.set({"b", std::nullopt}, at(0));
  EXPECT_EQ(told(own, at(0)), Texts{});
}

TEST(OwnAttributes, TellsAgainWhatTheClusterForgot) {
  OwnAttributes own;
  own.set({"a", "1"}, at(0));
  own.set({"b", "2"}, at(0));
  told(own, at(0));
  own.set({"b", std::nullopt}, at(1));
  EXPECT_EQ(told(own, at(1), "2"), Texts{"b"});
  own.forget_told();
  EXPECT_EQ(told(own, at(2)), Texts{"a=1"});
}

TEST(OwnAttributes, TakesWhatOthersGaveIt) {
  OwnAttributes own;
  own.set({"a", "1"}, at(0));
  own.set({"b", "1", Duration{5000}}, at(0));
  told(own, at(0));
  own.adopt("a", "2", false);
  own.adopt("b", std::nullopt, false);
  EXPECT_EQ(own.next(), std::nullopt);
  EXPECT_EQ(told(own, at(9000)), Texts{});
  own.forget_told();
  EXPECT_EQ(told(own, at(9001)), Texts{"a=2"});
}

TEST(OwnAttributes, HasALimit) {
  OwnAttributes own;
  for (std::size_t i = 0; i < OwnAttributes::kMost; ++i) {
    EXPECT_TRUE(own.set({std::to_string(i), "1"}, at(0)));
  }
  EXPECT_FALSE(own.set({"one more", "1"}, at(0)));
  EXPECT_TRUE(own.set({"7", "2"}, at(0)));
}

class AttributesInACluster : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.boot_all();
    ASSERT_TRUE(settle());
  }
  bool settle() {
    return cluster_.run_until([this] { return cluster_.settled(); }, Duration{60'000});
  }
  /// As the host `id` knows it of node 1.
  std::optional<std::string> known(std::uint32_t id, const std::string& name) {
    return cib::transient_attribute(cluster_.controller(id).cib(),
                                    cluster_.controller(1).info().self.name, name);
  }

  /// The same for a private one.
  std::optional<std::string> privately_known(std::uint32_t id, const std::string& name) {
    const auto info = cluster_.controller(id).info();
    const auto node = info.private_attributes.find(cluster_.controller(1).info().self.name);
    return node != info.private_attributes.end() && node->second.contains(name)
               ? std::optional(node->second.at(name))
               : std::nullopt;
  }

  simulation::SimulatedCluster cluster_{{.nodes = 2,
                                         .seed = 7,
                                         .two_node = true,
                                         .planner = simulation::simple_planner(),
                                         .cib = simulation::simple_cib({"A"})}};
};

TEST_F(AttributesInACluster, EverybodyKnowsThem) {
  cluster_.set_attribute(1, {"ping", "100"});
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(known(1, "ping"), "100");
  EXPECT_EQ(known(2, "ping"), "100");
  const std::size_t before = cluster_.broadcasts();
  cluster_.set_attribute(1, {"ping", "100"});
  cluster_.run_for(Duration{100});
  EXPECT_EQ(cluster_.broadcasts(), before);
  cluster_.set_attribute(1, {"ping", std::nullopt});
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(known(2, "ping"), std::nullopt);
}

TEST_F(AttributesInACluster, ADampenedOneIsKnownAfterItsTime) {
  cluster_.set_attribute(1, {"ping", "100", Duration{5'000}});
  cluster_.run_for(Duration{4'000});
  EXPECT_EQ(known(2, "ping"), std::nullopt);
  cluster_.run_for(Duration{2'000});
  EXPECT_EQ(known(2, "ping"), "100");
}

TEST_F(AttributesInACluster, AClientSetsThemForAnyNode) {
  const std::string node = cluster_.controller(1).info().self.name;
  cluster_.set_attribute(1, {"ping", "100"});
  cluster_.run_for(Duration{1'000});
  const auto here = cluster_.change_attribute(1, "", {"master-A", "5"});
  const auto there = cluster_.change_attribute(2, node, {"ping", "0"});
  const auto nowhere = cluster_.change_attribute(2, "nobody", {"ping", "0"});
  cluster_.run_for(Duration{1'000});
  for (const auto request : {here, there}) {
    ASSERT_NE(cluster_.reply(request), nullptr);
    EXPECT_FALSE(cluster_.reply(request)->error);
  }
  ASSERT_NE(cluster_.reply(nowhere), nullptr);
  EXPECT_EQ(cluster_.reply(nowhere)->error->context, "there is no node nobody");
  EXPECT_EQ(known(2, "master-A"), "5");
  EXPECT_EQ(known(1, "ping"), "0");
  // What others set is the node's own: it tells them again when it joins anew.
  cluster_.partition({{1}, {2}});
  cluster_.run_for(Duration{20'000});
  cluster_.heal();
  ASSERT_TRUE(settle());
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(known(2, "ping"), "0");
  EXPECT_EQ(known(2, "master-A"), "5");
}

TEST_F(AttributesInACluster, AClientIsAnsweredAtOnceAboutADampenedOne) {
  const auto request = cluster_.change_attribute(1, "", {"ping", "100", Duration{5'000}});
  ASSERT_NE(cluster_.reply(request), nullptr);
  EXPECT_FALSE(cluster_.reply(request)->error);
  EXPECT_EQ(known(1, "ping"), std::nullopt);
  cluster_.run_for(Duration{6'000});
  EXPECT_EQ(known(2, "ping"), "100");
}

TEST_F(AttributesInACluster, PrivateOnesAreKnownToAllAndToNoCib) {
  const model::AttributeUpdate first{.name = "gtid", .value = "7", .is_private = true};
  cluster_.set_attribute(1, first);
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(privately_known(2, "gtid"), "7");
  EXPECT_EQ(known(2, "gtid"), std::nullopt);
  // Private it stays, whether that is said again or not.
  cluster_.change_attribute(2, cluster_.controller(1).info().self.name, {"gtid", "8"});
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(privately_known(1, "gtid"), "8");
  EXPECT_EQ(known(1, "gtid"), std::nullopt);
  // Who joins is told of it, and who left is not known by it.
  cluster_.crash(2);
  cluster_.run_for(Duration{20'000});
  cluster_.boot(2);
  ASSERT_TRUE(settle());
  EXPECT_EQ(privately_known(2, "gtid"), "8");
  cluster_.change_attribute(1, "", {"gtid", std::nullopt});
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(privately_known(2, "gtid"), std::nullopt);
}

TEST_F(AttributesInACluster, PrivateOnesGoWithTheirNode) {
  cluster_.set_attribute(1, {.name = "gtid", .value = "7", .is_private = true});
  cluster_.run_for(Duration{1'000});
  cluster_.partition({{1}, {2}});
  cluster_.run_for(Duration{20'000});
  EXPECT_EQ(privately_known(2, "gtid"), std::nullopt);
  cluster_.heal();
  ASSERT_TRUE(settle());
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(privately_known(2, "gtid"), "7");
}

TEST_F(AttributesInACluster, ThePartitionedOneTellsThemAgain) {
  cluster_.set_attribute(1, {"ping", "100"});
  cluster_.run_for(Duration{1'000});
  cluster_.partition({{1}, {2}});
  cluster_.run_for(Duration{20'000});
  cluster_.heal();
  ASSERT_TRUE(settle());
  cluster_.run_for(Duration{1'000});
  EXPECT_EQ(known(1, "ping"), "100");
  EXPECT_EQ(known(2, "ping"), "100");
}

}  // namespace
}  // namespace mainstay
