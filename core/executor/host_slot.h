// SPDX-License-Identifier: Apache-2.0
// The agent host of one plugin (or of the scripts) over its lives: starts it when there is work,
// feeds it, finds who killed it and starts it again.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/executor/host_process.h"
#include "core/executor/job.h"
#include "core/executor/offenders.h"
#include "core/executor/timer_service.h"

namespace mainstay::executor {

/// How one attempt ended; the outcome's numbers are made from it.
struct Verdict {
  model::OperationStatus status = model::OperationStatus::done;
  int exit_code = 0;
  std::string reason;
  bool declined = false;  ///< the script is to do it
  bool watched = false;   ///< a recurring monitor: the host will tell of changes
  std::optional<Offence> offence = std::nullopt;  ///< it has ended its host
};

class HostSlot {
 public:
  struct Setup {
    std::string name;  ///< for people: "plugin dummy.so", "shell agents"
    std::vector<std::string> arguments;
    std::size_t parallel = 64;
    /// Past the action's timeout, before the host is ended: scripts are ended by their host first.
    Duration grace{200};
    /// Where the host gets a cgroup of its own, and what it is called; empty: it gets none.
    std::string cgroup_parent = {};
    std::string cgroup_name = {};
  };
  /// None is called from inside submit or withdraw.
  struct Listener {
    std::function<void(const JobPtr&, Verdict)> finished;
    /// A hint that something about a resource has changed. What the host says, unchecked.
    std::function<void(const std::string& resource)> changed;
    /// An agent sets an attribute of this node.
    std::function<void(const model::AttributeUpdate& update)> attribute;
    /// The host is gone, and with it all that it watched.
    std::function<void()> gone;
  };

  HostSlot(boost::asio::io_context& reactor, TimerService& timers, Setup setup, Listener listener);
  ~HostSlot();
  HostSlot(const HostSlot&) = delete;
  HostSlot& operator=(const HostSlot&) = delete;

  void submit(JobPtr job);
  /// True: it had not begun and is forgotten.
  bool withdraw(const JobPtr& job);
  /// Does nothing if the host does not run: then it watches nothing.
  void unwatch(const std::string& resource);
  int pid() const;

 private:
  void pump();
  bool ready_to_feed();
  void start_host();
  bool feed(const JobPtr& job);
  void pump_at(TimePoint when);
  void on_frame(const Frame& frame);
  void on_ended(const EndedFrame& frame);
  void on_gone(const std::string& fault);
  void on_timeout(std::uint64_t id);
  void after_crash(const std::string& fault, std::vector<JobPtr> victims);
  void retry(std::vector<JobPtr> jobs, const std::string& fault);
  void give_up(const std::string& why);
  void finish(const JobPtr& job, Verdict verdict);
  bool has_suspect() const;

  boost::asio::io_context& reactor_;
  TimerService& timers_;
  Setup setup_;
  Listener listener_;
  std::optional<HostProcess> process_;
  bool ready_ = false;
  bool exhausted_ = false;  // gets nothing more to do, and is ended when it is idle
  std::string refusal_;     // why the host said that it cannot serve
  std::deque<JobPtr> waiting_;
  std::map<std::uint64_t, JobPtr> running_;
  std::uint64_t next_id_ = 1;
  int crashes_ = 0;  // in a row, without a single answer between
  TimePoint not_before_;
  std::optional<timer::TimerId> pump_timer_;
  timer::TimerId start_timer_;
  std::shared_ptr<const int> alive_ = std::make_shared<const int>(0);
};

}  // namespace mainstay::executor
