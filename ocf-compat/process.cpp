// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/base/child_process.h"

namespace mainstay::ocf {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxLine = 4096;

Result<Pipe> make_stream() {
  Result<Pipe> pipe = make_pipe();
  if (pipe) {
    ::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK);
  }
  return pipe;
}

/// The running child with its two streams.
class Child {
 public:
  Child(const ProcessRequest& request, pid_t pid, UniqueFd pidfd, UniqueFd output, UniqueFd errors)
      : request_(request),
        pid_(pid),
        pidfd_(std::move(pidfd)),
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

  ProcessEnd reap() {
    drain();
    if (!line_.empty()) {
      end_line();
    }
    const int status = wait_for_child(pid_);
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
  Result<Pipe> output = make_stream();
  Result<Pipe> errors = make_stream();
  if (!output || !errors) {
    return output ? errors.error() : output.error();
  }
  const Result<pid_t> pid = start_child(
      {.arguments = request.arguments,
       .environment = request.environment,
       .fds = {{output->write.get(), STDOUT_FILENO}, {errors->write.get(), STDERR_FILENO}},
       .own_group = true});
  if (!pid) {
    return pid.error();
  }
  if (request.on_group) {
    request.on_group(*pid);
  }
  output->write.reset();
  errors->write.reset();
  Result<UniqueFd> pidfd = watch_child(*pid);
  const bool can_wait = static_cast<bool>(pidfd);
  Child child(request, *pid, can_wait ? std::move(*pidfd) : UniqueFd(), std::move(output->read),
              std::move(errors->read));
  if (!can_wait) {  // There would be no time limit.
    child.kill_group(SIGKILL);
    child.reap();
    return pidfd.error();
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
