// SPDX-License-Identifier: Apache-2.0
// Which checks an agent gets, and what its answers mean.
#include "core/conformance/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/conformance/verdict.h"

namespace mainstay::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Subject subject_with(const std::vector<std::string>& actions) {
  Subject subject;
  for (const std::string& action : actions) {
    subject.info.actions.push_back({.name = action, .timeout = Duration(5'000)});
  }
  return subject;
}

std::vector<std::string> actions_of(const Subject& subject) {
  std::vector<std::string> actions;
  for (const Check& check : checks_for(subject)) {
    for (const Step& step : check.steps) {
      actions.push_back(step.action);
    }
  }
  return actions;
}

long times(const std::vector<std::string>& actions, const std::string& action) {
  return std::count(actions.begin(), actions.end(), action);
}

TEST(Checks, LookBeforeTheyTouchAnything) {
  const Check first = checks_for(subject_with({"start"})).front();
  EXPECT_EQ(first.steps.front().action, "monitor");
  EXPECT_THAT(first.accepted, ElementsAre(7));
  EXPECT_TRUE(first.essential);
}

TEST(Checks, LeaveTheResourceStopped) {
  const auto actions = actions_of(subject_with({"start", "stop", "monitor"}));
  const auto last_start = std::find(actions.rbegin(), actions.rend(), "start");
  EXPECT_NE(std::find(actions.rbegin(), last_start, "stop"), last_start);
}

TEST(Checks, PromoteAndMigrateOnlyWhatSaysThatItCan) {
  EXPECT_EQ(times(actions_of(subject_with({"start", "promote"})), "promote"), 0);
  EXPECT_EQ(times(actions_of(subject_with({"promote", "demote"})), "promote"), 2);
  EXPECT_EQ(times(actions_of(subject_with({"promote", "demote"})), "demote"), 3);
  EXPECT_EQ(times(actions_of(subject_with({"migrate_to"})), "migrate_to"), 0);
  EXPECT_EQ(times(actions_of(subject_with({"migrate_to", "migrate_from"})), "migrate_to"), 1);
}

TEST(Checks, UseTheTimeoutThatTheAgentAdvises) {
  Subject subject = subject_with({"start"});
  subject.info.actions.push_back({.name = "monitor", .timeout = Duration(100), .depth = 0});
  subject.info.actions.push_back({.name = "monitor", .timeout = Duration(300), .depth = 10});
  for (const Check& check : checks_for(subject)) {
    for (const Step& step : check.steps) {
      EXPECT_EQ(step.timeout, step.action == "monitor" ? Duration(300)
                              : step.action == "start" ? Duration(5'000)
                                                       : Duration(20'000));
    }
  }
}

TEST(Checks, LeaveOutEachRequiredParameterOnce) {
  Subject subject = subject_with({"validate-all"});
  subject.info.parameters = {{.name = "ip", .required = true}, {.name = "nic"}};
  subject.parameters = {{"ip", "10.0.0.1"}, {"nic", "eth0"}};
  const auto checks = checks_for(subject);
  const auto lacking = std::find_if(checks.begin(), checks.end(), [](const Check& check) {
    return check.steps.front().parameters == Values{{"nic", "eth0"}};
  });
  ASSERT_NE(lacking, checks.end());
  EXPECT_EQ(lacking->steps.front().action, "validate-all");
  EXPECT_THAT(lacking->accepted, ElementsAre(6));
}

TEST(Checks, RunTwoInstancesWithTheirOwnUniqueValues) {
  Subject subject = subject_with({"start"});
  subject.info.parameters = {{.name = "ip", .required = true, .unique = true}};
  subject.parameters = {{"ip", "10.0.0.1"}};
  EXPECT_THAT(obstacle_to_second(subject), HasSubstr("'second ip=VALUE'"));
  subject.second = subject.parameters;
  EXPECT_NE(obstacle_to_second(subject), "");
  subject.second = {{"ip", "10.0.0.2"}};
  EXPECT_EQ(obstacle_to_second(subject), "");
  const auto checks = checks_for(subject);
  const auto both = std::find_if(checks.begin(), checks.end(),
                                 [](const Check& check) { return check.steps.size() == 2; });
  ASSERT_NE(both, checks.end());
  EXPECT_EQ(both->steps[0].parameters, (Values{{"ip", "10.0.0.1"}}));
  EXPECT_EQ(both->steps[1].parameters, (Values{{"ip", "10.0.0.2"}}));
}

TEST(Checks, EndAndMeasureTheHostOfAPluginOnly) {
  Subject subject = subject_with({"start"});
  const auto special = [&] {
    const auto checks = checks_for(subject);
    return std::count_if(checks.begin(), checks.end(),
                         [](const Check& check) { return check.host != Host::same; });
  };
  EXPECT_EQ(special(), 0);
  subject.native = true;
  EXPECT_EQ(special(), 2);
}

TEST(Judge, TellsWhatWasFoundInstead) {
  const Check check{"c", {{.action = "start"}}, {0, 3}, {1}};
  EXPECT_EQ(judge(check, {{.exit_code = 3}}).outcome, Outcome::held);
  EXPECT_EQ(judge(check, {{.exit_code = 1}}).outcome, Outcome::left_out);
  EXPECT_EQ(judge(check, {{.exit_code = 7, .reason = "gone"}}).detail,
            "start gave exit code 7 (gone) instead of 0 or 3");
  EXPECT_EQ(judge(check, {{.timed_out = true}}).detail,
            "start had not ended after its timeout of 20000 ms");
  EXPECT_EQ(judge(check, {{.fault = "signal 11"}}).detail, "start: signal 11");
}

TEST(JudgeGrowth, SeesWhatStays) {
  EXPECT_EQ(judge_growth({5, 3, 1000}, {5, 3, 1200}, 100).outcome, Outcome::held);
  EXPECT_EQ(judge_growth({5, 3, 1000}, {4, 2, 900}, 100).outcome, Outcome::held);
  EXPECT_THAT(judge_growth({5, 3, 1000}, {6, 3, 1000}, 100).detail,
              HasSubstr("100 monitors the agent host grew: open descriptors from 5 to 6"));
  EXPECT_THAT(judge_growth({5, 3, 1000}, {5, 4, 1000}, 100).detail, HasSubstr("threads"));
  EXPECT_THAT(judge_growth({5, 3, 1000}, {5, 3, 1300}, 100).detail, HasSubstr("memory"));
}

}  // namespace
}  // namespace mainstay::conformance
