// SPDX-License-Identifier: Apache-2.0
// What a timer costs among a thousand and among a million: add, cancel, expire. The counter
// "per_timer" is what to compare.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <random>
#include <vector>

#include "core/timer/timer_wheel.h"

namespace {

using mainstay::Duration;
using mainstay::TimePoint;
using mainstay::timer::TimerId;
using mainstay::timer::TimerWheel;

constexpr std::int64_t kSpreadMs = 600'000;

std::vector<TimePoint> due_times(std::int64_t count) {
  std::mt19937_64 random(1);
  std::vector<TimePoint> out;
  out.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    out.emplace_back(Duration(1 + static_cast<std::int64_t>(random() % kSpreadMs)));
  }
  return out;
}

void fill(TimerWheel& wheel, const std::vector<TimePoint>& due, std::vector<TimerId>& ids) {
  ids.clear();
  for (const TimePoint& time : due) {
    ids.push_back(wheel.add(time));
  }
}

void report(benchmark::State& state) {
  state.counters["per_timer"] = benchmark::Counter(
      static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void add(benchmark::State& state) {
  const std::vector<TimePoint> due = due_times(state.range(0));
  std::vector<TimerId> ids;
  ids.reserve(due.size());
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    auto wheel = std::make_unique<TimerWheel>(TimePoint());
    state.ResumeTiming();
    fill(*wheel, due, ids);
    state.PauseTiming();
    wheel.reset();
    state.ResumeTiming();
  }
  report(state);
}

void cancel(benchmark::State& state) {
  const std::vector<TimePoint> due = due_times(state.range(0));
  std::vector<TimerId> ids;
  ids.reserve(due.size());
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    auto wheel = std::make_unique<TimerWheel>(TimePoint());
    fill(*wheel, due, ids);
    state.ResumeTiming();
    for (const TimerId& id : ids) {
      benchmark::DoNotOptimize(wheel->cancel(id));
    }
    state.PauseTiming();
    wheel.reset();
    state.ResumeTiming();
  }
  report(state);
}

/// Every millisecond that has a timer is visited by itself, as the reactor does.
void expire(benchmark::State& state) {
  const std::vector<TimePoint> due = due_times(state.range(0));
  std::vector<TimerId> ids;
  std::vector<TimerId> fired;
  ids.reserve(due.size());
  for ([[maybe_unused]] const auto round : state) {
    state.PauseTiming();
    auto wheel = std::make_unique<TimerWheel>(TimePoint());
    fill(*wheel, due, ids);
    std::size_t count = 0;
    state.ResumeTiming();
    while (const auto next = wheel->next_due()) {
      fired.clear();
      wheel->advance_to(*next, fired);
      count += fired.size();
    }
    state.PauseTiming();
    if (count != ids.size()) {
      state.SkipWithError("timers were lost");
    }
    wheel.reset();
    state.ResumeTiming();
  }
  report(state);
}

BENCHMARK(add)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(cancel)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(expire)->Arg(1'000)->Arg(1'000'000);

}  // namespace

int main(int argc, char** argv) {
  // A thousand timers always find memory that the process has had before; a million would get fresh
  // pages in every round, and what would be compared is the kernel's zeroing of them.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
