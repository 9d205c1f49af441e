// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/log.h"

namespace mainstay::agenthost {

void send_frame(const UniqueFd& socket, const executor::Frame& frame) {
  const Result<std::string> bytes = executor::encode(frame);
  if (!bytes) {
    log(LogLevel::error, bytes.error().context);
    return;
  }
  // A peer that is gone is noticed by the reading side.
  ssize_t sent = 0;
  do {
    sent = ::send(socket.get(), bytes->data(), bytes->size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
}

namespace {

/// The number of the first descriptor beyond three quarters of what the process may have.
int high_descriptor() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(limit.rlim_cur / 4 * 3);
}

/// The lowest free number is taken first: that one is in use when somebody leaks descriptors.
bool has_few_descriptors_left(int high) {
  return ::fcntl(high, F_GETFD) >= 0;
}

/// What has come, in the buffer; nothing when the peer has closed.
std::optional<std::string_view> receive(const UniqueFd& socket, std::vector<char>& buffer) {
  while (true) {
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      return std::string_view(buffer.data(), static_cast<std::size_t>(count));
    }
    if (count == 0 || errno != EINTR) {
      return std::nullopt;
    }
  }
}

/// Every idle thread waits in recv and runs what it receives: an action costs one wake-up. There is
/// always one idle thread, up to the limit, so that new work and the peer's end are noticed.
class Workers {
 public:
  Workers(const UniqueFd& socket, ActionRunner& runner) : socket_(socket), runner_(runner) {}

  [[noreturn]] void work() {
    std::vector<char> buffer(executor::kMaxFrame + 1);
    while (const std::optional<std::string_view> bytes = receive(socket_, buffer)) {
      Result<executor::Frame> frame = executor::decode(*bytes);
      if (!frame) {
        log(LogLevel::error, frame.error().context);
        break;
      }
      if (auto* run = std::get_if<executor::RunFrame>(&*frame)) {
        become_busy();
        const executor::EndedFrame answer = perform(std::move(*run));
        // First: whoever asks again at once must not find everybody busy and get one thread more.
        become_idle();
        send_frame(socket_, answer);
      } else if (const auto* unwatch = std::get_if<executor::UnwatchFrame>(&*frame)) {
        become_busy();
        runner_.unwatch(unwatch->resource);
        become_idle();
      }
    }
    leave();
  }

 private:
  void become_busy() {
    const std::lock_guard lock(mutex_);
    if (--idle_ == 0 && threads_ < kMaxWorkers) {
      ++threads_;
      ++idle_;
      std::thread([this] { work(); }).detach();
    }
  }

  void become_idle() {
    const std::lock_guard lock(mutex_);
    ++idle_;
  }

  executor::EndedFrame perform(executor::RunFrame frame) {
    int current = 0;
    const auto on_group = [this, &current, id = frame.id](int group) {
      {
        const std::lock_guard lock(mutex_);
        groups_.erase(current);
        current = group;
        if (group != 0) {
          groups_.insert(group);
        }
      }
      if (group != 0) {
        send_frame(socket_, executor::SpawnedFrame{id, group});
      }
    };
    executor::EndedFrame answer = runner_.run(std::move(frame), on_group);
    answer.exhausted = has_few_descriptors_left(high_descriptor_);
    return answer;
  }

  /// Other threads may be anywhere: the lock is kept so that no new group escapes.
  [[noreturn]] void leave() {
    mutex_.lock();
    for (const int group : groups_) {
      ::kill(-group, SIGKILL);
    }
    ::_exit(0);
  }

  const UniqueFd& socket_;
  ActionRunner& runner_;
  const int high_descriptor_ = high_descriptor();
  std::mutex mutex_;
  std::size_t idle_ = 1;
  std::size_t threads_ = 1;
  std::set<int> groups_;
};

}  // namespace

void serve(const UniqueFd& socket, ActionRunner& runner) {
  send_frame(socket, executor::ReadyFrame{});
  Workers workers(socket, runner);
  workers.work();
}

void refuse(const UniqueFd& socket, const std::string& reason) {
  send_frame(socket, executor::ReadyFrame{.failure = reason.substr(0, executor::kMaxReason)});
}

}  // namespace mainstay::agenthost
