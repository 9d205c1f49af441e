// SPDX-License-Identifier: Apache-2.0
#include "core/executor/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace mainstay::executor {
namespace {

std::vector<char*> environment_for_child() {
  constexpr std::array<std::string_view, 5> kOurs = {
      "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_FDS=", "LISTEN_PID="};
  std::vector<char*> out;
  for (char** item = environ; *item != nullptr; ++item) {
    const std::string_view text(*item);
    if (std::none_of(kOurs.begin(), kOurs.end(),
                     [&](std::string_view ours) { return text.starts_with(ours); })) {
      out.push_back(*item);
    }
  }
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<Child> spawn(const std::vector<std::string>& arguments, const std::vector<ChildFd>& fds) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int last = STDERR_FILENO;
  for (const ChildFd& fd : fds) {
    ::posix_spawn_file_actions_adddup2(&actions, fd.ours, fd.childs);
    last = std::max(last, fd.childs);
  }
  ::posix_spawn_file_actions_addclosefrom_np(&actions, last + 1);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  Child child;
  const int failure = ::posix_spawn(&child.pid, argv.front(), &actions, &attributes, argv.data(),
                                    environment_for_child().data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    return fail_errno("run " + arguments.front(), failure);
  }
  child.pidfd.reset(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.pidfd) {
    Error error = fail_errno("watch " + arguments.front());
    ::kill(child.pid, SIGKILL);
    reap(child);
    return error;
  }
  return child;
}

std::string reap(const Child& child) {
  siginfo_t ended{};
  // Look before the group is ended: what is dead already must be told as it died.
  const bool was_dead =
      ::waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      ended.si_pid != 0;
  ::kill(-child.pid, SIGKILL);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
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
