// SPDX-License-Identifier: Apache-2.0
#include "core/controller/transition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

using model::ActionKind;
using model::GraphAction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

GraphAction graph_action(int id, const std::string& task, const std::string& resource,
                         std::vector<int> inputs = {}) {
  GraphAction action;
  action.id = id;
  action.task = task;
  action.resource = resource;
  action.node = "node1";
  action.inputs = std::move(inputs);
  return action;
}

OrderedAction running(const std::string& task, const std::string& resource) {
  OrderedAction action;
  action.key = "old " + task + " " + resource;
  action.task = task;
  action.resource = resource;
  action.node = "node1";
  return action;
}

std::vector<std::string> take(Transition& transition, Room room = Room(100, 100, {})) {
  std::vector<std::string> names;
  for (const auto& dispatch : transition.take_ready(
           std::move(room), [](const GraphAction& action) { return std::to_string(action.id); })) {
    names.push_back(describe(*dispatch.action));
  }
  return names;
}

TEST(Transition, HandsOutWhatIsReadyAndOnlyThat) {
  Transition transition(
      {.actions = {graph_action(1, "start", "A"), graph_action(2, "start", "B", {1}),
                   graph_action(3, "start", "C")},
       .decisions = {},
       .warnings = {},
       .recheck_at = {}},
      {});
  EXPECT_THAT(take(transition), ElementsAre("start A on node1", "start C on node1"));
  EXPECT_THAT(take(transition), IsEmpty());
  transition.finish("1", true);
  EXPECT_THAT(take(transition), ElementsAre("start B on node1"));
  transition.finish("2", true);
  EXPECT_FALSE(transition.ended());
  transition.finish("3", true);
  EXPECT_TRUE(transition.ended());
}

TEST(Transition, AFailureHoldsBackWhatWaitsForIt) {
  Transition transition(
      {.actions = {graph_action(1, "start", "A"), graph_action(2, "start", "B", {1})},
       .decisions = {},
       .warnings = {},
       .recheck_at = {}},
      {});
  take(transition);
  transition.finish("1", false);
  EXPECT_THAT(take(transition), IsEmpty());
  EXPECT_TRUE(transition.ended());
}

TEST(Transition, PseudoActionsCompleteByThemselves) {
  GraphAction barrier = graph_action(2, "all_stopped", "", {1});
  barrier.kind = ActionKind::pseudo;
  Transition transition(
      {.actions = {graph_action(1, "stop", "A"), barrier, graph_action(3, "start", "B", {2})},
       .decisions = {},
       .warnings = {},
       .recheck_at = {}},
      {});
  take(transition);
  transition.finish("1", true);
  EXPECT_THAT(take(transition), ElementsAre("start B on node1"));
}

TEST(Transition, WhatIsInFlightAndWantedIsAdopted) {
  const InFlight in_flight{{"k", running("start", "A")}};
  Transition transition(
      {.actions = {graph_action(1, "start", "A"), graph_action(2, "start", "B", {1})},
       .decisions = {},
       .warnings = {},
       .recheck_at = {}},
      in_flight);
  EXPECT_THAT(take(transition), IsEmpty());
  ASSERT_NE(transition.action_of("k"), nullptr);
  transition.finish("k", true);
  EXPECT_THAT(take(transition), ElementsAre("start B on node1"));
}

TEST(Transition, WhatIsInFlightAndUnwantedHoldsItsResourceOnly) {
  const InFlight in_flight{{"k", running("start", "A")}};
  Transition transition({.actions = {graph_action(1, "stop", "A"), graph_action(2, "start", "B")},
                         .decisions = {},
                         .warnings = {},
                         .recheck_at = {}},
                        in_flight);
  EXPECT_THAT(transition.unwanted(), ElementsAre("k"));
  EXPECT_THAT(take(transition), ElementsAre("start B on node1"));
}

TEST(Transition, OtherParametersAreOtherWork) {
  OrderedAction start = running("start", "A");
  start.parameters = {{"ip", "10.0.0.1"}};
  Transition transition({.actions = {graph_action(1, "start", "A")},
                         .decisions = {},
                         .warnings = {},
                         .recheck_at = {}},
                        {{"k", start}});
  EXPECT_THAT(transition.unwanted(), ElementsAre("k"));
}

TEST(Transition, AFenceIsSaidToBlockWhatWaitsForIt) {
  GraphAction fence = graph_action(1, "stonith", "");
  fence.kind = ActionKind::fence;
  fence.node = "node2";
  fence.reason = "peer is no longer part of the cluster";
  Transition transition({.actions = {fence, graph_action(2, "start", "VIP", {1})},
                         .decisions = {},
                         .warnings = {},
                         .recheck_at = {}},
                        {});
  EXPECT_THAT(take(transition), IsEmpty());
  EXPECT_TRUE(transition.ended());
  ASSERT_EQ(transition.blocked().size(), 1U);
  EXPECT_THAT(transition.blocked().front(), HasSubstr("node2 must be fenced"));
  EXPECT_THAT(transition.blocked().front(), HasSubstr("start VIP on node1"));
}

TEST(Transition, AChainOfBarriersIsPassedInOneStep) {
  constexpr int kLength = 100'000;
  model::TransitionGraph graph;
  graph.actions.push_back(graph_action(0, "stop", "A"));
  for (int id = 1; id < kLength; ++id) {
    graph.actions.push_back(graph_action(id, "barrier", "", {id - 1}));
    graph.actions.back().kind = ActionKind::pseudo;
  }
  graph.actions.push_back(graph_action(kLength, "start", "B", {kLength - 1}));
  Transition transition(std::move(graph), {});
  take(transition);
  transition.finish("0", true);
  EXPECT_THAT(take(transition), ElementsAre("start B on node1"));
}

TEST(Transition, TheMostUrgentGoesFirstAndRoomIsPerNode) {
  std::vector<GraphAction> actions{graph_action(1, "start", "A"), graph_action(2, "start", "B"),
                                   graph_action(3, "start", "C"), graph_action(4, "start", "D")};
  actions[1].priority = 5;
  actions[3].node = "node2";
  Transition transition({.actions = actions, .decisions = {}, .warnings = {}, .recheck_at = {}},
                        {});
  const InFlight busy{{"k", running("start", "X")}};
  EXPECT_THAT(take(transition, Room(100, 2, busy)),
              ElementsAre("start B on node1", "start D on node2"));
  EXPECT_THAT(take(transition, Room(2, 100, busy)), ElementsAre("start A on node1"));
  EXPECT_THAT(take(transition, Room(1, 100, busy)), IsEmpty());
  EXPECT_FALSE(transition.ended());
}

TEST(Transition, OfManyThatWaitForACauseTheFirstAreNamed) {
  std::vector<GraphAction> actions{graph_action(1, "start", "A")};
  actions.front().runnable = false;
  for (int id = 2; id < 32; ++id) {
    actions.push_back(graph_action(id, "start", "B" + std::to_string(id), {1}));
  }
  const Transition transition(
      {.actions = actions, .decisions = {}, .warnings = {}, .recheck_at = {}}, {});
  ASSERT_EQ(transition.blocked().size(), 1U);
  EXPECT_THAT(transition.blocked().front(), HasSubstr("start B21 on node1 and 10 more"));
}

}  // namespace
}  // namespace mainstay::controller
