// SPDX-License-Identifier: Apache-2.0
#include "core/executor/spawn.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace mainstay::executor {
namespace {

std::vector<std::string> environment_for_child() {
  constexpr std::array<std::string_view, 5> kOurs = {
      "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_FDS=", "LISTEN_PID="};
  std::vector<std::string> out;
  for (char** item = environ; *item != nullptr; ++item) {
    const std::string_view text(*item);
    if (std::none_of(kOurs.begin(), kOurs.end(),
                     [&](std::string_view ours) { return text.starts_with(ours); })) {
      out.emplace_back(text);
    }
  }
  return out;
}

}  // namespace

Result<Child> spawn(const std::vector<std::string>& arguments, const std::vector<ChildFd>& fds) {
  const Result<pid_t> pid = start_child({.arguments = arguments,
                                         .environment = environment_for_child(),
                                         .fds = fds,
                                         .own_group = true});
  if (!pid) {
    return pid.error();
  }
  Child child{*pid, UniqueFd()};
  Result<UniqueFd> pidfd = watch_child(*pid);
  if (!pidfd) {
    ::kill(child.pid, SIGKILL);
    reap(child);
    return pidfd.error();
  }
  child.pidfd = std::move(*pidfd);
  return child;
}

std::string reap(const Child& child) {
  siginfo_t ended{};
  // Look before the group is ended: what is dead already must be told as it died.
  const bool was_dead =
      ::waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      ended.si_pid != 0;
  ::kill(-child.pid, SIGKILL);
  const int status = wait_for_child(child.pid);
  if (!was_dead) {
    return "ended by us";
  }
  if (WIFSIGNALED(status)) {
    const char* name = ::sigdescr_np(WTERMSIG(status));
    return "signal " + std::to_string(WTERMSIG(status)) + " (" +
           (name == nullptr ? "unknown" : name) + ")";
  }
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace mainstay::executor
