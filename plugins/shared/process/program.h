// SPDX-License-Identifier: Apache-2.0
// The few programs that no library stands for: fsck, modprobe, udevadm.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::process {

/// Runs a program found in PATH, without input and output, and gives its exit code; 128 + N after
/// signal N. Killed at the deadline: ETIMEDOUT. ENOENT when there is no such program.
Result<int> run_program(const std::vector<std::string>& words,
                        std::chrono::steady_clock::time_point deadline);

}  // namespace mainstay::process
