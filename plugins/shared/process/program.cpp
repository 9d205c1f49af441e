// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "core/base/child_process.h"

namespace mainstay::process {
Result<int> run_program(const std::vector<std::string>& words,
                        std::chrono::steady_clock::time_point deadline) {
  using Clock = std::chrono::steady_clock;
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Result<pid_t> child =
      start_child({.arguments = words,
                   .search_path = true,
                   .fds = {{nowhere.get(), STDOUT_FILENO}, {nowhere.get(), STDERR_FILENO}}});
  if (!child) {
    return child.error();
  }
  const Result<UniqueFd> watch = watch_child(*child);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd ended{watch ? watch->get() : -1, POLLIN, 0};
  constexpr std::int64_t kLongest = 1'000'000'000;
  const bool in_time =
      watch && ::poll(&ended, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongest))) > 0;
  if (!in_time) {
    ::kill(*child, SIGKILL);
  }
  const int status = wait_for_child(*child);
  if (!watch) {
    return watch.error();
  }
  if (!in_time) {
    return fail_errno("run " + words.front(), ETIMEDOUT);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mainstay::process
