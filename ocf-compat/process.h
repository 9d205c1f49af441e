// SPDX-License-Identifier: Apache-2.0
// One child process, its output and its end, with a time limit.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::ocf {

struct ProcessRequest {
  std::vector<std::string> arguments;  ///< arguments[0] is the program's path
  std::vector<std::string> environment;
  std::chrono::milliseconds timeout{20'000};
  std::chrono::milliseconds grace{1'000};  ///< from SIGTERM to SIGKILL of the process group
  std::size_t max_output = 65'536;         ///< of each stream; what comes after it is dropped
  /// Called with the process group as soon as it runs, and with 0 once it has ended.
  std::function<void(int)> on_group = nullptr;
  /// Called with every complete line of stderr, bounded, in order. May be empty.
  std::function<void(std::string_view)> on_error_line = nullptr;
};

struct ProcessEnd {
  bool timed_out = false;
  int exit_code = 0;  ///< of a process that exited
  int signal = 0;     ///< not 0: what ended it
  std::string output;
};

/// Blocks until the process has ended. It gets a process group of its own, /dev/null as input,
/// default signals and no other descriptor of ours. At the timeout the whole group is ended; after
/// a normal end what the process left running is left alone: that is how agents start services.
/// Errors: the program cannot be run. Threading: any thread.
Result<ProcessEnd> run_process(const ProcessRequest& request);

}  // namespace mainstay::ocf
