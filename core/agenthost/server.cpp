// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/log.h"

namespace mainstay::agenthost {
namespace {

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

/// Workers are made when all are busy and live as long as the process.
class Workers {
 public:
  Workers(const UniqueFd& socket, ActionRunner& runner) : socket_(socket), runner_(runner) {}

  /// Blocks while kMaxWorkers actions are running.
  void submit(executor::RunFrame frame) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, [&] { return waiting_.size() < idle_ || threads_.size() < kMaxWorkers; });
    if (waiting_.size() >= idle_) {
      threads_.emplace_back([this] { work(); });
      ++idle_;
    }
    waiting_.push_back(std::move(frame));
    lock.unlock();
    not_empty_.notify_one();
  }

  void end_groups() {
    const std::lock_guard lock(mutex_);
    for (const int group : groups_) {
      ::kill(-group, SIGKILL);
    }
  }

 private:
  [[noreturn]] void work() {
    while (true) {
      std::unique_lock lock(mutex_);
      not_empty_.wait(lock, [&] { return !waiting_.empty(); });
      const executor::RunFrame frame = std::move(waiting_.front());
      waiting_.pop_front();
      --idle_;
      lock.unlock();
      perform(frame);
      lock.lock();
      ++idle_;
      lock.unlock();
      not_full_.notify_one();
    }
  }

  void perform(const executor::RunFrame& frame) {
    int current = 0;
    const auto on_group = [&](int group) {
      {
        const std::lock_guard lock(mutex_);
        groups_.erase(current);
        current = group;
        if (group != 0) {
          groups_.insert(group);
        }
      }
      if (group != 0) {
        send_frame(socket_, executor::SpawnedFrame{frame.id, group});
      }
    };
    send_frame(socket_, runner_.run(frame, on_group));
  }

  const UniqueFd& socket_;
  ActionRunner& runner_;
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<executor::RunFrame> waiting_;
  std::size_t idle_ = 0;
  std::set<int> groups_;
  std::vector<std::thread> threads_;
};

/// Nothing when the peer has closed.
std::optional<std::string> receive(const UniqueFd& socket, std::string& buffer) {
  buffer.resize(executor::kMaxFrame + 1);
  while (true) {
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      return buffer.substr(0, static_cast<std::size_t>(count));
    }
    if (count == 0 || errno != EINTR) {
      return std::nullopt;
    }
  }
}

}  // namespace

void serve(UniqueFd socket, ActionRunner& runner) {
  send_frame(socket, executor::ReadyFrame{});
  Workers workers(socket, runner);
  std::string buffer;
  while (const std::optional<std::string> bytes = receive(socket, buffer)) {
    Result<executor::Frame> frame = executor::decode(*bytes);
    if (!frame) {
      log(LogLevel::error, frame.error().context);
      break;
    }
    if (auto* run = std::get_if<executor::RunFrame>(&*frame)) {
      workers.submit(std::move(*run));
    }
  }
  workers.end_groups();
  ::_exit(0);
}

void refuse(const UniqueFd& socket, const std::string& reason) {
  send_frame(socket, executor::ReadyFrame{reason.substr(0, executor::kMaxReason)});
}

}  // namespace mainstay::agenthost
