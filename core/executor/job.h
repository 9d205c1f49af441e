// SPDX-License-Identifier: Apache-2.0
// An action on its way through the executor.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/executor/executor.h"
#include "core/timer/timer_wheel.h"

namespace mainstay::executor {

struct Job {
  model::ActionRequest request;
  Completion done;
  std::string host;  ///< plugin file, "" for scripts
  std::string slot;  ///< whose process: the host's own, or one for this resource alone
  std::string note;
  TimePoint submitted;
  std::optional<TimePoint> started;  ///< of the current attempt
  timer::TimerId timer;
  int attempts = 0;
  int process_group = 0;
  bool routed = false;
  bool timed_out = false;
  bool suspect = false;  ///< its host died while it was one of several: it runs alone now
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace mainstay::executor
