// SPDX-License-Identifier: Apache-2.0
// What runs on this node: single operations until they end, recurring ones until they are
// cancelled. Only changed results of recurring ones are worth telling.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/controller/effect.h"
#include "core/controller/hint_pace.h"
#include "core/controller/latency.h"
#include "core/controller/messages.h"
#include "core/model/monitor_times.h"

namespace mainstay::controller {

class LocalOperations {
 public:
  /// First timer id that is used here; all above it are ours.
  static constexpr std::uint64_t kFirstTimer = 1000;

  /// Runs an ordered action. A recurring one keeps running until it is cancelled; what changes the
  /// resource's state (start, stop, promote, …) ends the recurring ones of that resource.
  std::vector<Effect> order(const OrderedAction& ordered);

  /// The end of a RunAction; gives the result to be told, if any. With the meta attribute (or the
  /// operation's option) monitor-tolerance=N a recurring monitor that was good counts as failed
  /// only when it has timed out N times in a row.
  std::optional<OperationResult> finished(const model::ActionOutcome& outcome, TimePoint now,
                                          std::vector<Effect>& effects);

  /// A recurring operation may be due.
  std::vector<Effect> timer_fired(std::uint64_t timer, TimePoint now);

  /// A hint that the resource has changed: its most frequent monitor runs as soon as HintPace lets
  /// it, beside its usual times.
  std::vector<Effect> changed(const std::string& resource, TimePoint now);

  /// Ends one recurring operation; false if there is none.
  bool cancel(const std::string& resource, const std::string& operation, Duration interval,
              std::vector<Effect>& effects);

  /// Ends the recurring operations for which `wanted` says no.
  std::vector<Effect> keep_only(const std::function<bool(const OrderedAction&)>& wanted);

  /// Ends everything recurring and forgets who waits for what still runs.
  std::vector<Effect> abandon();

  /// Of every recurring operation that has run.
  std::vector<model::MonitorTimes> times() const;

  std::size_t recurring() const { return recurring_.size(); }
  std::size_t running() const { return running_.size(); }

 private:
  using Action = std::shared_ptr<const OrderedAction>;

  /// Names what an action keeps; a key in a map looks into the action of its own entry.
  struct Key {
    std::string_view resource;
    std::string_view operation;
    Duration interval{0};
    auto operator<=>(const Key&) const = default;
  };
  struct Recurring {
    Action action;
    std::int64_t call_id = 0;  ///< of the first run: what the history keeps
    std::uint64_t timer = 0;
    std::uint64_t running = 0;  ///< executor's call id while it runs
    TimePoint due;              ///< of the next run by the clock
    HintPace pace;              ///< of runs because of hints
    bool hinted = false;        ///< a hint came while it ran
    Latency latency;
    int timeouts = 0;  ///< in a row
    bool reported = false;
    int rc = 0;
    model::OperationStatus status = model::OperationStatus::done;
  };
  struct Running {
    Action action;
    bool first = true;  ///< somebody waits for its end
  };

  static Key key_of(const OrderedAction& action);
  Effect run(const Action& action, bool first);
  void end(std::map<Key, Recurring>::iterator entry, std::vector<Effect>& effects);
  void end_watch_unless_monitored(const std::string& resource, std::vector<Effect>& effects) const;
  void follow_hint(Recurring& entry, TimePoint now, std::vector<Effect>& effects);
  static bool tolerated(const model::ActionOutcome& outcome, Recurring& entry,
                        std::vector<Effect>& effects);
  static void remark(const model::ActionOutcome& outcome, Recurring& entry,
                     std::vector<Effect>& effects);
  static void schedule_next(Recurring& entry, TimePoint now, std::vector<Effect>& effects);

  std::uint64_t next_call_ = 1;
  std::uint64_t next_timer_ = kFirstTimer;
  std::map<std::uint64_t, Running> running_;
  std::map<Key, Recurring> recurring_;
  std::map<std::uint64_t, Key> timers_;
};

}  // namespace mainstay::controller
