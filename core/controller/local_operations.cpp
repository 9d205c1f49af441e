// SPDX-License-Identifier: Apache-2.0
// See local_operations.h. Equal intervals are spread: the second run comes after a part of the
// interval that the operation's name decides, and the phase is kept from then on. Runs are put off
// to the next beat, so that many monitors share one wake-up.
#include "core/controller/local_operations.h"

#include <algorithm>
#include <charconv>

namespace mainstay::controller {
namespace {

constexpr Duration kShortestInterval{10};

Duration first_gap(const std::string& name, Duration interval) {
  const auto share = static_cast<std::int64_t>(fingerprint(name) % 1000);
  return std::max(kShortestInterval, interval * (share + 1) / 1000);
}

/// At most a two-hundredth of the interval later, and at most 50 ms.
TimePoint at_next_beat(TimePoint due, Duration interval) {
  const Duration beat = std::clamp(interval / 200, Duration{1}, Duration{50});
  const Duration since = due.time_since_epoch();
  return TimePoint((since + beat - Duration{1}) / beat * beat);
}

bool changes_state(const std::string& task) {
  return task == "start" || task == "stop" || task == "promote" || task == "demote" ||
         task == "migrate_to" || task == "migrate_from";
}

bool wants_shell(const OrderedAction& action) {
  for (const char* name : {"agent-implementation", "agent_implementation"}) {
    const auto found = action.meta.find(name);
    if (found != action.meta.end()) {
      return found->second == "shell";
    }
  }
  return false;
}

constexpr int kMostTolerance = 1'000;

/// 1 where nothing (or nothing sensible) is said.
int tolerance_of(const OrderedAction& action) {
  const auto found = action.meta.find("monitor-tolerance");
  int value = 1;
  if (found != action.meta.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return std::clamp(value, 1, kMostTolerance);
}

}  // namespace

LocalOperations::Key LocalOperations::key_of(const OrderedAction& action) {
  return {action.resource, action.task, action.interval};
}

Effect LocalOperations::run(const Action& action, bool first) {
  const std::uint64_t call = next_call_++;
  running_[call] = {.action = action, .first = first};
  model::ActionRequest request;
  request.call_id = call;
  request.resource = action->resource;
  request.agent = action->agent;
  request.action = action->task;
  request.parameters = action->parameters;
  request.meta = action->meta;
  request.timeout = action->timeout;
  request.interval = action->interval;
  request.force_shell = wants_shell(*action);
  return RunAction{std::move(request)};
}

void LocalOperations::end(std::map<Key, Recurring>::iterator entry, std::vector<Effect>& effects) {
  const Recurring& recurring = entry->second;
  effects.emplace_back(CancelTimer{recurring.timer});
  timers_.erase(recurring.timer);
  if (recurring.running != 0) {
    effects.emplace_back(CancelAction{recurring.running});
  }
  recurring_.erase(entry);
}

std::vector<Effect> LocalOperations::order(const OrderedAction& ordered) {
  std::vector<Effect> effects;
  const auto kept = std::make_shared<const OrderedAction>(ordered);
  const OrderedAction& action = *kept;
  if (changes_state(action.task)) {
    auto entry = recurring_.lower_bound(Key{action.resource, "", Duration{0}});
    while (entry != recurring_.end() && entry->first.resource == action.resource) {
      end(entry++, effects);
    }
    end_watch_unless_monitored(action.resource, effects);
  }
  if (action.interval == Duration{0}) {
    effects.push_back(run(kept, true));
    return effects;
  }
  const Key key = key_of(action);
  const auto old = recurring_.find(key);
  if (old != recurring_.end()) {
    end(old, effects);
  }
  Recurring& entry = recurring_[key];
  entry.action = kept;
  entry.timer = next_timer_++;
  entry.call_id = static_cast<std::int64_t>(next_call_);
  entry.running = next_call_;
  timers_[entry.timer] = key;
  effects.push_back(run(kept, true));
  return effects;
}

void LocalOperations::schedule_next(Recurring& entry, TimePoint now, std::vector<Effect>& effects) {
  const OrderedAction& action = *entry.action;
  const Duration interval = std::max(action.interval, kShortestInterval);
  if (!entry.reported) {
    entry.due = now + first_gap(action.resource + "_" + action.task, interval);
  } else if (entry.due <= now) {  // if it took longer than its interval, what was missed is skipped
    entry.due += interval * ((now - entry.due) / interval + 1);
  }
  effects.emplace_back(ArmTimer{entry.timer, at_next_beat(entry.due, interval)});
}

std::optional<OperationResult> LocalOperations::finished(const model::ActionOutcome& outcome,
                                                         TimePoint now,
                                                         std::vector<Effect>& effects) {
  const auto found = running_.find(outcome.call_id);
  if (found == running_.end()) {
    return std::nullopt;
  }
  const Running ran = std::move(found->second);
  running_.erase(found);
  OperationResult result{.action = *ran.action,
                         .call_id = static_cast<std::int64_t>(outcome.call_id),
                         .rc = outcome.exit_code,
                         .status = outcome.status,
                         .exit_reason = outcome.exit_reason,
                         .took = outcome.took,
                         .queued = outcome.queued,
                         .watched = outcome.watched};
  if (ran.action->interval == Duration{0}) {
    return result;
  }
  const auto recurring = recurring_.find(key_of(*ran.action));
  if (recurring == recurring_.end() || recurring->second.running != outcome.call_id) {
    if (!ran.first) {
      return std::nullopt;
    }
    result.status = model::OperationStatus::cancelled;  // ended before anybody heard of it
    return result;
  }
  Recurring& entry = recurring->second;
  entry.running = 0;
  schedule_next(entry, now, effects);
  if (std::exchange(entry.hinted, false)) {
    follow_hint(entry, now, effects);
  }
  if (entry.reported && entry.rc == outcome.exit_code && entry.status == outcome.status) {
    entry.timeouts = 0;
    remark(outcome, entry, effects);
    return std::nullopt;
  }
  if (entry.reported && tolerated(outcome, entry, effects)) {
    return std::nullopt;
  }
  entry.reported = true;
  entry.rc = outcome.exit_code;
  entry.status = outcome.status;
  result.call_id = entry.call_id;
  return result;
}

bool LocalOperations::tolerated(const model::ActionOutcome& outcome, Recurring& entry,
                                std::vector<Effect>& effects) {
  if (outcome.status != model::OperationStatus::timed_out ||
      entry.status != model::OperationStatus::done) {
    entry.timeouts = 0;
    return false;
  }
  const int tolerance = tolerance_of(*entry.action);
  if (++entry.timeouts >= tolerance) {
    entry.timeouts = 0;
    return false;
  }
  effects.emplace_back(Note{LogLevel::warning,
                            "a monitor timed out, which is tolerated",
                            {{"resource", entry.action->resource},
                             {"in_a_row", std::to_string(entry.timeouts)},
                             {"monitor-tolerance", std::to_string(tolerance)}}});
  return true;
}

void LocalOperations::remark(const model::ActionOutcome& outcome, Recurring& entry,
                             std::vector<Effect>& effects) {
  const Latency::Remark made = entry.latency.add(outcome.took, entry.action->timeout);
  if (made == Latency::Remark::none) {
    return;
  }
  effects.emplace_back(Note{LogLevel::warning,
                            made == Latency::Remark::rising
                                ? "a monitor takes longer and longer"
                                : "a monitor took almost as long as it may take",
                            {{"resource", entry.action->resource},
                             {"took_ms", std::to_string(outcome.took.count())},
                             {"recently_ms", std::to_string(entry.latency.recent().count())},
                             {"usually_ms", std::to_string(entry.latency.usual().count())},
                             {"timeout_ms", std::to_string(entry.action->timeout.count())}}});
}

std::vector<model::MonitorTimes> LocalOperations::times() const {
  std::vector<model::MonitorTimes> times;
  for (const auto& [key, entry] : recurring_) {
    if (entry.latency.runs() > 0) {
      times.push_back({.resource = entry.action->resource,
                       .operation = entry.action->task,
                       .interval = key.interval,
                       .timeout = entry.action->timeout,
                       .runs = entry.latency.runs(),
                       .last = entry.latency.last(),
                       .recent = entry.latency.recent(),
                       .usual = entry.latency.usual(),
                       .longest = entry.latency.longest()});
    }
  }
  return times;
}

std::vector<Effect> LocalOperations::timer_fired(std::uint64_t timer, TimePoint now) {
  const auto key = timers_.find(timer);
  if (key == timers_.end()) {
    return {};
  }
  Recurring& entry = recurring_.at(key->second);
  if (entry.running != 0) {
    return {};
  }
  if (now < entry.due) {  // it is because of a hint
    entry.pace.began(now);
  }
  entry.running = next_call_;
  return {run(entry.action, false)};
}

std::vector<Effect> LocalOperations::changed(const std::string& resource, TimePoint now) {
  std::vector<Effect> effects;
  auto best = recurring_.end();
  for (auto entry = recurring_.lower_bound(Key{resource, "monitor", Duration{0}});
       entry != recurring_.end() && entry->first.resource == resource &&
       entry->first.operation == "monitor";
       ++entry) {
    if (best == recurring_.end() || entry->first.interval < best->first.interval) {
      best = entry;
    }
  }
  if (best == recurring_.end()) {
    effects.emplace_back(EndWatch{resource});
  } else if (best->second.running != 0) {
    best->second.hinted = true;  // it may have looked before the change
  } else {
    follow_hint(best->second, now, effects);
  }
  return effects;
}

/// Runs it now, or moves its next run forward. The run by the clock keeps its time.
void LocalOperations::follow_hint(Recurring& entry, TimePoint now, std::vector<Effect>& effects) {
  const TimePoint due = entry.pace.next(now);
  if (due <= now) {
    entry.pace.began(now);
    entry.running = next_call_;
    effects.push_back(run(entry.action, false));
  } else if (due < entry.due) {
    effects.emplace_back(ArmTimer{entry.timer, due});
  }
}

/// Hints for what nobody monitors would only be thrown away.
void LocalOperations::end_watch_unless_monitored(const std::string& resource,
                                                 std::vector<Effect>& effects) const {
  const auto entry = recurring_.lower_bound(Key{resource, "", Duration{0}});
  if (entry == recurring_.end() || entry->first.resource != resource) {
    effects.emplace_back(EndWatch{resource});
  }
}

bool LocalOperations::cancel(const std::string& resource, const std::string& operation,
                             Duration interval, std::vector<Effect>& effects) {
  const auto found = recurring_.find(Key{resource, operation, interval});
  if (found == recurring_.end()) {
    return false;
  }
  end(found, effects);
  end_watch_unless_monitored(resource, effects);
  return true;
}

std::vector<Effect> LocalOperations::keep_only(
    const std::function<bool(const OrderedAction&)>& wanted) {
  std::vector<Effect> effects;
  for (auto entry = recurring_.begin(); entry != recurring_.end();) {
    const auto here = entry++;
    if (!wanted(*here->second.action)) {
      const std::string resource = here->second.action->resource;
      end(here, effects);
      end_watch_unless_monitored(resource, effects);
    }
  }
  return effects;
}

std::vector<Effect> LocalOperations::abandon() {
  std::vector<Effect> effects = keep_only([](const OrderedAction&) { return false; });
  running_.clear();
  return effects;
}

}  // namespace mainstay::controller
