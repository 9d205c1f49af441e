// SPDX-License-Identifier: Apache-2.0
// Runs a program and waits for it. No shell is involved.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::ctl {

struct Ended {
  int exit_status = -1;  ///< 128 + signal when it was killed
  std::string output;    ///< at most kMaxCaptured bytes each
  std::string complaints;
};

inline constexpr std::size_t kMaxCaptured = 16UL << 20U;

/// Standard input is /dev/null. Errors: the program cannot be started.
Result<Ended> run_captured(const std::vector<std::string>& argv);

/// The program inherits this one's output. Gives its exit status.
Result<int> run_attached(const std::vector<std::string>& argv);

}  // namespace mainstay::ctl
