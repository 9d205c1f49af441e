// SPDX-License-Identifier: Apache-2.0
// What a resource asks of systemd. One object is one connection to the system bus.
// Threading: an object belongs to one thread at a time. Errors: unavailable (no bus, no systemd,
// connection lost, both for now: ask again), not_found (no such unit), timed_out (the deadline),
// permission_denied, internal (systemd refused; its words are in the text).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "plugins/shared/systemd/units.h"

namespace mainstay::systemd {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

enum class Verb : std::uint8_t { start, stop };

/// What systemd made of the files of a unit when it last read them.
struct LoadedFiles {
  std::vector<std::string> drop_ins;  ///< paths
  bool outdated = false;              ///< the files have changed since (NeedDaemonReload)
};

class Bus {
 public:
  virtual ~Bus() = default;

  virtual Result<UnitState> unit_state(const std::string& unit, Deadline deadline) = 0;
  /// Waits until the unit is up or down, told by its PropertiesChanged; its last state at the
  /// deadline.
  virtual Result<UnitState> settled_state(const std::string& unit, Deadline deadline) = 0;
  /// Enqueues a job and waits for its JobRemoved. Its result: "done", "failed", "canceled",
  /// "timeout", "dependency", …; "" when the job is gone without that word (systemd restarted
  /// meanwhile).
  virtual Result<std::string> run_job(Verb verb, const std::string& unit, Deadline deadline) = 0;
  /// True while a stop job that is ordered after mainstayd's would wait: the host is on its way
  /// down, or mainstayd itself is being stopped.
  virtual Result<bool> is_shutting_down(Deadline deadline) = 0;
  virtual Result<LoadedFiles> loaded_files(const std::string& unit, Deadline deadline) = 0;
  /// Reads all unit files again.
  virtual Status reload(Deadline deadline) = 0;
  /// The same, without waiting longer than until systemd has begun. It answers nobody while it
  /// reads.
  virtual Status begin_reload(Deadline deadline) = 0;
  /// Forgets a failure, and how often the unit was started lately.
  virtual Status reset_failed(const std::string& unit, Deadline deadline) = 0;
  virtual Result<std::vector<std::string>> unit_files(Deadline deadline) = 0;
};

using BusFactory = std::function<Result<std::unique_ptr<Bus>>()>;

/// Connects to the system bus.
Result<std::unique_ptr<Bus>> connect_system_bus();

}  // namespace mainstay::systemd
