// SPDX-License-Identifier: Apache-2.0
#include "core/executor/timer_service.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace mainstay::executor {

TimePoint steady_now() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Now read_clocks() {
  return {steady_now(), std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
}

struct TimerService::State : std::enable_shared_from_this<State> {
  struct Firing {
    timer::TimerId id;
    Callback callback;
  };

  explicit State(boost::asio::io_context& reactor) : wheel(steady_now()), clock(reactor) {}

  /// The Asio timer is moved only forward in time by itself: a cancelled earliest timer costs at
  /// most one wake-up, re-arming at every cancel would cost a system call each.
  void wake_at(TimePoint time) {
    if (wake && *wake <= time) {
      return;
    }
    wake = time;
    // Asio counts in nanoseconds: TimePoint::max() would overflow.
    const TimePoint reachable = std::min(time, steady_now() + std::chrono::hours(24));
    clock.expires_at(std::chrono::steady_clock::time_point(reachable.time_since_epoch()));
    clock.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
      const auto self = weak.lock();
      if (self && !failure) {
        self->fire();
      }
    });
  }

  void fire() {
    wake.reset();
    due.clear();
    wheel.advance_to(steady_now(), due);
    firing.clear();
    for (const timer::TimerId& id : due) {
      firing.push_back({id, std::exchange(callbacks[id.index], nullptr)});
    }
    // By index: a callback may cancel another one of this round.
    for (std::size_t i = 0; i < firing.size() && !closed; ++i) {
      if (const Callback callback = std::exchange(firing[i].callback, nullptr)) {
        callback();
      }
    }
    firing.clear();
    if (const auto next = closed ? std::nullopt : wheel.next_due()) {
      wake_at(*next);
    }
  }

  timer::TimerWheel wheel;
  boost::asio::steady_timer clock;
  std::optional<TimePoint> wake;    // when the Asio timer will call, if it is armed
  std::vector<Callback> callbacks;  // by TimerId::index
  std::vector<timer::TimerId> due;
  std::vector<Firing> firing;
  bool closed = false;
};

TimerService::TimerService(boost::asio::io_context& reactor)
    : state_(std::make_shared<State>(reactor)) {}

TimerService::~TimerService() {
  state_->closed = true;
}

timer::TimerId TimerService::arm(TimePoint due, Callback callback) {
  const timer::TimerId id = state_->wheel.add(due);
  if (state_->callbacks.size() <= id.index) {
    state_->callbacks.resize(id.index + 1);
  }
  state_->callbacks[id.index] = std::move(callback);
  state_->wake_at(due);
  return id;
}

bool TimerService::cancel(timer::TimerId id) {
  if (state_->wheel.cancel(id)) {
    state_->callbacks[id.index] = nullptr;
    return true;
  }
  const auto found = std::find_if(state_->firing.begin(), state_->firing.end(),
                                  [&](const State::Firing& item) { return item.id == id; });
  if (found == state_->firing.end() || !found->callback) {
    return false;
  }
  found->callback = nullptr;
  return true;
}

std::size_t TimerService::size() const {
  return state_->wheel.size();
}

}  // namespace mainstay::executor
