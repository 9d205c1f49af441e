// SPDX-License-Identifier: Apache-2.0
#include "core/controller/local_operations.h"

#include <gtest/gtest.h>

namespace mainstay::controller {
namespace {

OrderedAction ordered(const std::string& task, const std::string& resource, Duration interval) {
  OrderedAction action;
  action.key = task + resource;
  action.task = task;
  action.resource = resource;
  action.interval = interval;
  return action;
}

std::uint64_t call_of(const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) {
    if (const auto* run = std::get_if<RunAction>(&effect)) {
      return run->request.call_id;
    }
  }
  return 0;
}

model::ActionOutcome outcome(std::uint64_t call, int rc) {
  model::ActionOutcome outcome;
  outcome.call_id = call;
  outcome.exit_code = rc;
  return outcome;
}

constexpr Duration kInterval{10'000};

struct Monitored {
  LocalOperations local;
  std::uint64_t timer = 0;
  TimePoint now{Duration{1'000}};

  Monitored() {
    std::vector<Effect> effects;
    const auto result = local.finished(
        outcome(call_of(local.order(ordered("monitor", "A", kInterval))), 0), now, effects);
    EXPECT_TRUE(result);
    const auto armed = std::get<ArmTimer>(effects.at(0));
    timer = armed.timer;
    EXPECT_GT(armed.due, now);
    EXPECT_LE(armed.due, now + kInterval);
    now = armed.due;
  }
  std::optional<OperationResult> again(int rc) {
    std::vector<Effect> effects;
    return local.finished(outcome(call_of(local.timer_fired(timer)), rc), now, effects);
  }
};

TEST(LocalOperations, TellsOnlyChangedResultsOfAMonitor) {
  Monitored monitored;
  EXPECT_FALSE(monitored.again(0));
  const auto failed = monitored.again(7);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->rc, 7);
  EXPECT_EQ(failed->call_id, 1);
  EXPECT_FALSE(monitored.again(7));
  EXPECT_TRUE(monitored.again(0));
}

TEST(LocalOperations, AStopEndsTheMonitorsOfItsResourceOnly) {
  Monitored monitored;
  monitored.local.order(ordered("monitor", "B", kInterval));
  EXPECT_EQ(monitored.local.recurring(), 2U);
  monitored.local.order(ordered("stop", "A", Duration{0}));
  EXPECT_EQ(monitored.local.recurring(), 1U);
  EXPECT_TRUE(monitored.local.timer_fired(monitored.timer).empty());
}

TEST(LocalOperations, AMonitorThatIsEndedBeforeItsFirstResultIsSaidToBeCancelled) {
  LocalOperations local;
  const std::uint64_t call = call_of(local.order(ordered("monitor", "A", kInterval)));
  local.order(ordered("stop", "A", Duration{0}));
  std::vector<Effect> effects;
  const auto result = local.finished(outcome(call, 0), TimePoint{}, effects);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, model::OperationStatus::cancelled);
}

TEST(LocalOperations, AMonitorSlowerThanItsIntervalSkipsWhatItMissed) {
  Monitored monitored;
  std::vector<Effect> effects;
  const std::uint64_t call = call_of(monitored.local.timer_fired(monitored.timer));
  EXPECT_TRUE(monitored.local.timer_fired(monitored.timer).empty());
  const TimePoint late = monitored.now + kInterval * 7 / 2;
  monitored.local.finished(outcome(call, 0), late, effects);
  EXPECT_EQ(std::get<ArmTimer>(effects.at(0)).due, monitored.now + kInterval * 4);
}

TEST(LocalOperations, EqualIntervalsAreSpread) {
  LocalOperations local;
  std::set<TimePoint> dues;
  for (int index = 0; index < 100; ++index) {
    std::vector<Effect> effects;
    local.finished(
        outcome(call_of(local.order(ordered("monitor", "R" + std::to_string(index), kInterval))),
                0),
        TimePoint{}, effects);
    dues.insert(std::get<ArmTimer>(effects.at(0)).due);
  }
  EXPECT_GT(dues.size(), 80U);
}

TEST(LocalOperations, AnUnknownOutcomeMeansNothing) {
  LocalOperations local;
  std::vector<Effect> effects;
  EXPECT_FALSE(local.finished(outcome(99, 0), TimePoint{}, effects));
  EXPECT_TRUE(effects.empty());
}

}  // namespace
}  // namespace mainstay::controller
