// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "core/base/child_process.h"

namespace mainstay::process {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostErrors = 4096;
/// For a killed program to be gone; one that hangs in the kernel is not.
constexpr std::chrono::milliseconds kLetGo{200};

/// Takes what is there. False: no more will come.
bool drain(const UniqueFd& errors, std::string& text) {
  std::array<char, 1024> block{};
  for (;;) {
    const ssize_t size = ::read(errors.get(), block.data(), block.size());
    if (size <= 0) {
      return size < 0 && (errno == EAGAIN || errno == EINTR);
    }
    text.append(block.data(), std::min(static_cast<std::size_t>(size), kMostErrors - text.size()));
  }
}

/// True: it has ended.
bool wait_until(Clock::time_point deadline, const UniqueFd& watch, UniqueFd& errors,
                std::string& text) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    constexpr std::int64_t kLongest = 1'000'000'000;
    std::array<pollfd, 2> events{{{watch.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}}};
    const int ready = ::poll(events.data(), events.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongest)));
    if (events[1].revents != 0 && !drain(errors, text)) {
      errors = UniqueFd();
    }
    if (events[0].revents != 0) {
      drain(errors, text);
      return true;
    }
    if (ready == 0) {
      return false;
    }
  }
}

std::string on_one_line(std::string text) {
  while (!text.empty() && std::string_view("\n\r\t ").find(text.back()) != std::string::npos) {
    text.pop_back();
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Result<ProgramEnd> run_program(const std::vector<std::string>& words, Clock::time_point deadline) {
  auto errors = make_pipe();
  if (!errors) {
    return errors.error();
  }
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Result<pid_t> child =
      start_child({.arguments = words,
                   .search_path = true,
                   .fds = {{nowhere.get(), STDOUT_FILENO}, {errors->write.get(), STDERR_FILENO}},
                   .own_group = true});
  if (!child) {
    return child.error();
  }
  errors->write = UniqueFd();
  ::fcntl(errors->read.get(), F_SETFL, O_NONBLOCK);
  const Result<UniqueFd> watch = watch_child(*child);
  ProgramEnd end;
  if (watch && wait_until(deadline, *watch, errors->read, end.error)) {
    const int status = wait_for_child(*child);
    end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    end.error = on_one_line(std::move(end.error));
    return end;
  }
  ::kill(-*child, SIGKILL);
  if (!watch) {
    wait_for_child(*child);
    return watch.error();
  }
  if (wait_until(Clock::now() + kLetGo, *watch, errors->read, end.error)) {
    wait_for_child(*child);
  }
  return fail_errno("run " + words.front(), ETIMEDOUT);
}

}  // namespace mainstay::process
