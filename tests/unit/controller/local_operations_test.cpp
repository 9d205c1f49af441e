// SPDX-License-Identifier: Apache-2.0
#include "core/controller/local_operations.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mainstay::controller {
namespace {

OrderedAction ordered(const std::string& task, const std::string& resource, Duration interval) {
  OrderedAction action;
  action.key = task + resource;
  action.task = task;
  action.resource = resource;
  action.interval = interval;
  action.timeout = Duration{20'000};
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
    return local.finished(outcome(call_of(local.timer_fired(timer, now)), rc), now, effects);
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
  EXPECT_TRUE(monitored.local.timer_fired(monitored.timer, monitored.now).empty());
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
  const std::uint64_t call = call_of(monitored.local.timer_fired(monitored.timer, monitored.now));
  EXPECT_TRUE(monitored.local.timer_fired(monitored.timer, monitored.now).empty());
  const TimePoint late = monitored.now + kInterval * 7 / 2;
  monitored.local.finished(outcome(call, 0), late, effects);
  EXPECT_EQ(std::get<ArmTimer>(effects.at(0)).due, monitored.now + kInterval * 4);
}

TEST(LocalOperations, AHintMonitorsAtOnceAndLeavesTheClockAlone) {
  Monitored monitored;
  const TimePoint between = monitored.now - kInterval / 2;
  std::vector<Effect> effects;
  const auto failed = monitored.local.finished(
      outcome(call_of(monitored.local.changed("A", between)), 7), between, effects);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->action.interval, kInterval);
  EXPECT_EQ(failed->call_id, 1);
  EXPECT_EQ(std::get<ArmTimer>(effects.at(0)).due, monitored.now);
}

TEST(LocalOperations, AHintWhileTheMonitorRunsMonitorsOnceMore) {
  Monitored monitored;
  std::vector<Effect> effects;
  const std::uint64_t call = call_of(monitored.local.timer_fired(monitored.timer, monitored.now));
  EXPECT_TRUE(monitored.local.changed("A", monitored.now).empty());
  EXPECT_TRUE(monitored.local.changed("A", monitored.now).empty());
  EXPECT_FALSE(monitored.local.finished(outcome(call, 0), monitored.now, effects));
  const std::uint64_t again = call_of(effects);
  ASSERT_NE(again, 0U);
  effects.clear();
  EXPECT_FALSE(monitored.local.finished(outcome(again, 0), monitored.now, effects));
  EXPECT_EQ(call_of(effects), 0U);
}

TEST(LocalOperations, HintsWithoutEndCostLittle) {
  Monitored monitored;
  monitored.now += Duration{1};
  int runs = 0;
  TimePoint due = TimePoint::max();
  const TimePoint end = monitored.now + kInterval * 6;
  for (TimePoint now = monitored.now; now < end; now += Duration{1}) {
    std::vector<Effect> effects = monitored.local.changed("A", now);
    if (now >= due) {
      due = TimePoint::max();
      for (Effect& effect : monitored.local.timer_fired(monitored.timer, now)) {
        effects.push_back(std::move(effect));
      }
    }
    if (const std::uint64_t call = call_of(effects)) {
      ++runs;
      EXPECT_FALSE(monitored.local.finished(outcome(call, 0), now, effects));
    }
    for (const Effect& effect : effects) {
      if (const auto* arm = std::get_if<ArmTimer>(&effect)) {
        due = arm->due;
      }
    }
  }
  EXPECT_GE(runs, 60);
  EXPECT_LE(runs, 60 + HintPace::kBurst + 8);
}

TEST(LocalOperations, AHintForWhatNobodyMonitorsEndsTheWatch) {
  LocalOperations local;
  const std::vector<Effect> effects = local.changed("A", TimePoint{});
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<EndWatch>(effects[0]).resource, "A");
}

TEST(LocalOperations, TheEndOfTheLastMonitorEndsTheWatch) {
  const auto ends_watch = [](const std::vector<Effect>& effects) {
    return std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
      return std::holds_alternative<EndWatch>(effect);
    });
  };
  Monitored monitored;
  EXPECT_FALSE(ends_watch(monitored.local.order(ordered("monitor", "A", kInterval * 2))));
  EXPECT_FALSE(ends_watch(monitored.local.order(ordered("monitor", "A", kInterval))));
  std::vector<Effect> effects;
  monitored.local.cancel("A", "monitor", kInterval, effects);
  EXPECT_FALSE(ends_watch(effects));
  EXPECT_TRUE(ends_watch(monitored.local.order(ordered("stop", "A", Duration{0}))));
}

TEST(LocalOperations, TellsWhetherAMonitorIsWatched) {
  LocalOperations local;
  std::vector<Effect> effects;
  model::ActionOutcome watched =
      outcome(call_of(local.order(ordered("monitor", "A", kInterval))), 0);
  watched.watched = true;
  EXPECT_TRUE(local.finished(watched, TimePoint{}, effects)->watched);
}

TEST(LocalOperations, EqualIntervalsAreSpreadOverSharedBeats) {
  LocalOperations local;
  std::set<TimePoint> dues;
  for (int index = 0; index < 100; ++index) {
    std::vector<Effect> effects;
    local.finished(
        outcome(call_of(local.order(ordered("monitor", "R" + std::to_string(index), kInterval))),
                0),
        TimePoint{}, effects);
    dues.insert(std::get<ArmTimer>(effects.at(0)).due);
    EXPECT_EQ(dues.rbegin()->time_since_epoch() % Duration{50}, Duration{0});
  }
  EXPECT_GT(dues.size(), 60U);
}

TEST(LocalOperations, BeatsDoNotMakeIntervalsLonger) {
  for (const Duration interval : {Duration{10'007}, Duration{1'000}, Duration{70}}) {
    LocalOperations local;
    std::vector<Effect> effects;
    TimePoint now{Duration{1'003}};
    local.finished(outcome(call_of(local.order(ordered("monitor", "A", interval))), 0), now,
                   effects);
    const TimePoint first = std::get<ArmTimer>(effects.at(0)).due;
    for (int run = 0; run < 100; ++run) {
      const auto armed = std::get<ArmTimer>(effects.at(0));
      now = armed.due;
      effects.clear();
      local.finished(outcome(call_of(local.timer_fired(armed.timer, now)), 0), now, effects);
    }
    const Duration average = (std::get<ArmTimer>(effects.at(0)).due - first) / 100;
    EXPECT_LE(average, interval + Duration{1});
    EXPECT_GE(average, interval - Duration{1});
  }
}

TEST(LocalOperations, AnUnknownOutcomeMeansNothing) {
  LocalOperations local;
  std::vector<Effect> effects;
  EXPECT_FALSE(local.finished(outcome(99, 0), TimePoint{}, effects));
  EXPECT_TRUE(effects.empty());
}

TEST(LocalOperations, ToleratesAsManyTimeoutsInARowAsItIsTold) {
  LocalOperations local;
  OrderedAction monitor = ordered("monitor", "A", kInterval);
  monitor.meta["monitor-tolerance"] = "3";
  std::vector<Effect> effects;
  TimePoint now{Duration{1'000}};
  ASSERT_TRUE(local.finished(outcome(call_of(local.order(monitor)), 0), now, effects));
  const std::uint64_t timer = std::get<ArmTimer>(effects.at(0)).timer;
  const auto run = [&](bool times_out) {
    now += kInterval;
    model::ActionOutcome ended = outcome(call_of(local.timer_fired(timer, now)), times_out ? 1 : 0);
    ended.status = times_out ? model::OperationStatus::timed_out : model::OperationStatus::done;
    effects.clear();
    return local.finished(ended, now, effects);
  };
  EXPECT_FALSE(run(true));
  EXPECT_TRUE(std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    return std::holds_alternative<Note>(effect);
  }));
  EXPECT_FALSE(run(true));
  EXPECT_FALSE(run(false));  // not in a row
  EXPECT_FALSE(run(true));
  EXPECT_FALSE(run(true));
  const auto told = run(true);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->status, model::OperationStatus::timed_out);
  EXPECT_TRUE(run(false));
}

TEST(LocalOperations, OtherFailuresAreNeverTolerated) {
  LocalOperations local;
  OrderedAction monitor = ordered("monitor", "A", kInterval);
  monitor.meta["monitor-tolerance"] = "3";
  std::vector<Effect> effects;
  const TimePoint now{Duration{1'000}};
  ASSERT_TRUE(local.finished(outcome(call_of(local.order(monitor)), 0), now, effects));
  const std::uint64_t timer = std::get<ArmTimer>(effects.at(0)).timer;
  EXPECT_TRUE(
      local.finished(outcome(call_of(local.timer_fired(timer, now + kInterval)), 7), now, effects));
}

TEST(LocalOperations, SaysThatAMonitorComesNearItsTimeout) {
  Monitored monitored;
  std::vector<Effect> effects;
  model::ActionOutcome slow =
      outcome(call_of(monitored.local.timer_fired(monitored.timer, monitored.now)), 0);
  slow.took = Duration{19'000};
  EXPECT_FALSE(monitored.local.finished(slow, monitored.now, effects));
  EXPECT_TRUE(std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    const auto* note = std::get_if<Note>(&effect);
    return note != nullptr && note->level == LogLevel::warning;
  }));
}

}  // namespace
}  // namespace mainstay::controller
