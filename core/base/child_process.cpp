// SPDX-License-Identifier: Apache-2.0
#include "core/base/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace mainstay {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& item : strings) {
    out.push_back(const_cast<char*>(item.c_str()));  // NOLINT: posix_spawn's signature
  }
  out.push_back(nullptr);
  return out;
}

/// posix_spawn's two objects.
class Preparation {
 public:
  explicit Preparation(const ChildRequest& request) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    int last = STDERR_FILENO;
    for (const ChildFd& fd : request.fds) {
      ::posix_spawn_file_actions_adddup2(&actions_, fd.ours, fd.childs);
      last = std::max(last, fd.childs);
    }
    for (int fd = STDERR_FILENO + 1; fd < last; ++fd) {
      if (std::none_of(request.fds.begin(), request.fds.end(),
                       [fd](const ChildFd& given) { return given.childs == fd; })) {
        ::posix_spawn_file_actions_addclose(&actions_, fd);
      }
    }
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, last + 1);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (request.own_group) {
      ::posix_spawnattr_setpgroup(&attributes_, 0);
      flags |= POSIX_SPAWN_SETPGROUP;
    }
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  ~Preparation() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail_errno("pipe");
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<pid_t> start_child(const ChildRequest& request) {
  const Preparation prepared(request);
  const std::vector<char*> arguments = pointers(request.arguments);
  const std::vector<char*> variables =
      request.environment ? pointers(*request.environment) : std::vector<char*>();
  char* const* environment = request.environment ? variables.data() : environ;
  pid_t child = 0;
  const auto start = request.search_path ? ::posix_spawnp : ::posix_spawn;
  const int failure = start(&child, arguments.front(), prepared.actions(), prepared.attributes(),
                            arguments.data(), environment);
  if (failure != 0) {
    return fail_errno("cannot run " + request.arguments.front(), failure);
  }
  return child;
}

Result<UniqueFd> watch_child(pid_t child) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!fd) {
    return fail_errno("cannot watch process " + std::to_string(child));
  }
  return fd;
}

int wait_for_child(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace mainstay
