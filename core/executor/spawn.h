// SPDX-License-Identifier: Apache-2.0
// Starting our own helper program.
#pragma once

#include <string>
#include <vector>

#include "core/base/child_process.h"

namespace mainstay::executor {

struct Child {
  pid_t pid = 0;
  UniqueFd pidfd;
};

/// Runs arguments[0] in a process group of its own, with the given descriptors, and without the
/// environment that is meant for this service alone (NOTIFY_SOCKET and the like).
Result<Child> spawn(const std::vector<std::string>& arguments, const std::vector<ChildFd>& fds);

/// Ends the child's whole group, waits for it (it cannot refuse) and says how it had ended: "exit
/// code 3", "signal 11 (Segmentation fault)".
std::string reap(const Child& child);

}  // namespace mainstay::executor
