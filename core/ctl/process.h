// SPDX-License-Identifier: Apache-2.0
// Runs a program and waits for it. No shell is involved.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/unique_fd.h"

namespace mainstay::ctl {

struct Ended {
  int exit_status = -1;  ///< 128 + signal when it was killed
  std::string output;    ///< at most kMaxCaptured bytes each
  std::string complaints;
};

/// What the program said last of why it failed.
std::string last_line(std::string text);

/// A program of ours that people do not call: of $MAINSTAY_LIBEXEC, or the one beside this program
/// in a build tree, or the installed one.
std::string libexec_program(const std::string& name);

inline constexpr std::size_t kMaxCaptured = 16UL << 20U;

/// A program that was started and not yet waited for. It stops at a full pipe until finish().
struct Running {
  int process = -1;
  UniqueFd output;
  UniqueFd complaints;
};
Result<Running> start_captured(const std::vector<std::string>& argv);
Ended finish(Running running);

/// Both in one. Standard input is /dev/null. Errors: the program cannot be started.
Result<Ended> run_captured(const std::vector<std::string>& argv);

/// The program inherits this one's output. Gives its exit status.
Result<int> run_attached(const std::vector<std::string>& argv);

}  // namespace mainstay::ctl
