// SPDX-License-Identifier: Apache-2.0
// Starting our own helper program.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/unique_fd.h"

namespace mainstay::executor {

struct ChildFd {
  int ours;
  int childs;  ///< its number in the child
};

struct Child {
  pid_t pid = 0;
  UniqueFd pidfd;
};

/// Runs arguments[0] in a process group of its own with /dev/null as input, the given descriptors
/// and no others of ours but stdout and stderr, with default signals and without the environment
/// that is meant for this service alone (NOTIFY_SOCKET and the like).
Result<Child> spawn(const std::vector<std::string>& arguments, const std::vector<ChildFd>& fds);

/// Ends the child's whole group, waits for it (it cannot refuse) and says how it had ended: "exit
/// code 3", "signal 11 (Segmentation fault)".
std::string reap(const Child& child);

}  // namespace mainstay::executor
