// SPDX-License-Identifier: Apache-2.0
// Starting a program: the one place that knows what a child may inherit.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/unique_fd.h"

namespace mainstay {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};
/// Both ends are closed in programs that are started.
Result<Pipe> make_pipe();

struct ChildFd {
  int ours;
  int childs;  ///< its number in the child
};

struct ChildRequest {
  std::vector<std::string> arguments;  ///< arguments[0] is the program
  bool search_path = false;            ///< look for it in PATH
  /// "NAME=value"; none: ours.
  std::optional<std::vector<std::string>> environment = {};
  /// Beside stdout and stderr, which are ours, and stdin, which is /dev/null, unless they are here.
  std::vector<ChildFd> fds = {};
  bool own_group = false;  ///< leads a process group: kill(-pid) reaches what it starts, too
};

/// Starts it with default signals, none of them blocked, and no other descriptor of ours. The
/// caller waits for it. Errors: it cannot be run. Threading: any thread.
Result<pid_t> start_child(const ChildRequest& request);

/// A descriptor that is readable when the process has ended.
Result<UniqueFd> watch_child(pid_t child);

/// Blocks until it has ended; waitpid's status.
int wait_for_child(pid_t child);

}  // namespace mainstay
