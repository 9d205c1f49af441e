// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/base/unique_fd.h"

namespace mainstay::ocf {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxLine = 4096;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail_errno("pipe");
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& item : strings) {
    out.push_back(const_cast<char*>(item.c_str()));
  }
  out.push_back(nullptr);
  return out;
}

Result<pid_t> spawn(const ProcessRequest& request, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int failure =
      ::posix_spawn(&pid, request.arguments.front().c_str(), &actions, &attributes,
                    pointers(request.arguments).data(), pointers(request.environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    return fail_errno("run " + request.arguments.front(), failure);
  }
  return pid;
}

/// The running child with its two streams.
class Child {
 public:
  Child(const ProcessRequest& request, pid_t pid, UniqueFd output, UniqueFd errors)
      : request_(request),
        pid_(pid),
        pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))),
        output_(std::move(output)),
        errors_(std::move(errors)) {}

  /// True: it has ended (not reaped yet).
  bool wait_until(Clock::time_point deadline) {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) {
        return has_ended(0);
      }
      if (has_ended(static_cast<int>(std::min<long>(left.count(), 60'000)))) {
        return true;
      }
    }
  }

  /// Without a descriptor to wait on there is no time limit: the caller must give up.
  bool can_wait() const { return static_cast<bool>(pidfd_); }

  ProcessEnd reap() {
    drain();
    if (!line_.empty()) {
      end_line();
    }
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    ProcessEnd end;
    end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end.output = std::move(text_);
    return end;
  }

  void kill_group(int signal) const { ::kill(-pid_, signal); }

 private:
  bool has_ended(int wait_ms) {
    std::array<pollfd, 3> waits{pollfd{pidfd_.get(), POLLIN, 0}, pollfd{output_.get(), POLLIN, 0},
                                pollfd{errors_.get(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), wait_ms) <= 0) {
      return false;
    }
    drain();
    return waits[0].revents != 0;
  }

  void drain() {
    read_some(output_, [&](std::string_view bytes) {
      text_.append(
          bytes.substr(0, request_.max_output - std::min(request_.max_output, text_.size())));
    });
    read_some(errors_, [&](std::string_view bytes) { take_errors(bytes); });
  }

  /// A bounded amount each time: a child that floods must not keep us from its deadline.
  template <class Take>
  static void read_some(UniqueFd& stream, Take take) {
    std::array<char, 16 * 1024> buffer;
    for (int round = 0; stream && round < 16; ++round) {
      const ssize_t count = ::read(stream.get(), buffer.data(), buffer.size());
      if (count > 0) {
        take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
      } else if (count == 0 || errno != EINTR) {
        if (count == 0 || errno != EAGAIN) {
          stream.reset();
        }
        return;
      }
    }
  }

  void take_errors(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n') {
        end_line();
      } else if (line_.size() < kMaxLine) {
        line_ += c;
      }
    }
  }

  void end_line() {
    if (request_.on_error_line) {
      request_.on_error_line(line_);
    }
    line_.clear();
  }

  const ProcessRequest& request_;
  pid_t pid_;
  UniqueFd pidfd_;
  UniqueFd output_;
  UniqueFd errors_;
  std::string text_;
  std::string line_;
};

}  // namespace

Result<ProcessEnd> run_process(const ProcessRequest& request) {
  Result<Pipe> output = make_pipe();
  Result<Pipe> errors = make_pipe();
  if (!output || !errors) {
    return output ? errors.error() : output.error();
  }
  const Result<pid_t> pid = spawn(request, output->write.get(), errors->write.get());
  if (!pid) {
    return pid.error();
  }
  if (request.on_group) {
    request.on_group(*pid);
  }
  output->write.reset();
  errors->write.reset();
  Child child(request, *pid, std::move(output->read), std::move(errors->read));
  if (!child.can_wait()) {
    Error error = fail_errno("watch " + request.arguments.front());
    child.kill_group(SIGKILL);
    child.reap();
    return error;
  }
  const Clock::time_point deadline = Clock::now() + request.timeout;
  bool timed_out = false;
  if (!child.wait_until(deadline)) {
    timed_out = true;
    child.kill_group(SIGTERM);
    const bool gone = child.wait_until(deadline + request.grace);
    // Also when the leader is gone: others of the group may ignore SIGTERM.
    child.kill_group(SIGKILL);
    if (!gone) {
      child.wait_until(Clock::time_point::max());
    }
  }
  if (request.on_group) {
    request.on_group(0);
  }
  ProcessEnd end = child.reap();
  end.timed_out = timed_out;
  return end;
}

}  // namespace mainstay::ocf
