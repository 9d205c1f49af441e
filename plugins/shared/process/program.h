// SPDX-License-Identifier: Apache-2.0
// The few programs that no library stands for: fsck, modprobe, udevadm, mount with its helpers.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::process {

struct ProgramEnd {
  int code = 0;       ///< its exit code; 128 + N after signal N
  std::string error;  ///< what it wrote to stderr, at most 4 KiB, on one line
};

/// Runs a program found in PATH, without input and output, until it ends; what it has put into the
/// background may go on. At the deadline it is killed with all that it has started: ETIMEDOUT.
/// Where the kernel does not let go of it even then, it is left behind. ENOENT when there is no
/// such program. Threading: any.
Result<ProgramEnd> run_program(const std::vector<std::string>& words,
                               std::chrono::steady_clock::time_point deadline);

}  // namespace mainstay::process
