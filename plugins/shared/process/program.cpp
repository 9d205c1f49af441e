// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "core/base/unique_fd.h"

namespace mainstay::process {
namespace {

/// posix_spawn's two attributes, released whatever happens.
class SpawnFiles {
 public:
  SpawnFiles() {
    ::posix_spawn_file_actions_init(&actions_);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0);
    }
  }
  ~SpawnFiles() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnFiles(const SpawnFiles&) = delete;
  SpawnFiles& operator=(const SpawnFiles&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<int> run_program(const std::vector<std::string>& words,
                        std::chrono::steady_clock::time_point deadline) {
  using Clock = std::chrono::steady_clock;
  const std::string what = "run " + words.front();
  std::vector<std::string> owned = words;
  std::vector<char*> arguments;
  arguments.reserve(owned.size() + 1);
  for (std::string& word : owned) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const SpawnFiles files;
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, arguments.front(), files.get(), nullptr, arguments.data(), environ);
  if (error != 0) {
    return fail_errno(what, error);
  }
  const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd ended{handle.get(), POLLIN, 0};
  constexpr std::int64_t kLongest = 1'000'000'000;
  const bool in_time =
      ::poll(&ended, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongest))) > 0;
  if (!in_time) {
    ::kill(child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return fail_errno(what, ETIMEDOUT);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mainstay::process
