// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/watch_loop.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cstdint>
#include <exception>
#include <system_error>

#include "core/base/log.h"

namespace mainstay::agenthost {

WatchLoop::WatchLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), end_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, end_.get(), &event);
}

WatchLoop::~WatchLoop() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    (void)!::write(end_.get(), &one, sizeof one);
    thread_.join();
  }
}

void* WatchLoop::add(int descriptor, void (*ready)(void* context), void* context) {
  const std::lock_guard lock(mutex_);
  if (ready == nullptr || registrations_.size() >= kMaxDescriptors) {
    return nullptr;
  }
  auto made = std::make_unique<Registration>(Registration{descriptor, ready, context});
  void* registration = made.get();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = registration;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return nullptr;
  }
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
      return nullptr;
    }
  }
  registrations_.emplace(registration, std::move(made));
  return registration;
}

void WatchLoop::remove(void* registration) {
  std::unique_lock lock(mutex_);
  const auto found = registrations_.find(registration);
  if (found == registrations_.end()) {
    return;
  }
  // Fails when the plugin has closed it already, which had the same effect.
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second->descriptor, nullptr);
  registrations_.erase(found);
  if (std::this_thread::get_id() != thread_.get_id()) {
    called_.wait(lock, [&] { return in_call_ != registration; });
  }
}

void WatchLoop::run() {
  std::array<epoll_event, 64> events{};
  while (true) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      void* registration = events[static_cast<std::size_t>(i)].data.ptr;
      if (registration == nullptr) {
        return;
      }
      call(registration);
    }
    pollfd ending{end_.get(), POLLIN, 0};
    ::poll(&ending, 1, kRoundMs);
  }
}

/// It may have been removed since the event was reported.
void WatchLoop::call(void* registration) {
  Registration now{};
  {
    const std::lock_guard lock(mutex_);
    const auto found = registrations_.find(registration);
    if (found == registrations_.end()) {
      return;
    }
    now = *found->second;
    in_call_ = registration;
  }
  try {
    now.ready(now.context);
  } catch (...) {
    log(LogLevel::error, "a plugin threw while it handled what it watches");
  }
  {
    const std::lock_guard lock(mutex_);
    in_call_ = nullptr;
  }
  called_.notify_all();
}

}  // namespace mainstay::agenthost
