// SPDX-License-Identifier: Apache-2.0
// The repetition of an announcement.
#include "plugins/ipaddr2/announcer.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <utility>

namespace mainstay::ipaddr2 {
namespace {

using Clock = std::chrono::steady_clock;

/// The first `rounds` rounds are `interval` apart and the first comes after one interval.
Status repeat(const std::stop_token& stop, const Announcer::Send& send, int rounds,
              std::chrono::milliseconds interval, Clock::time_point deadline) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  auto due = Clock::now();
  for (int round = 0; round < rounds; ++round) {
    due += interval;
    if (due >= deadline) {
      break;
    }
    stopped.wait_until(lock, stop, due, [] { return false; });
    if (stop.stop_requested()) {
      break;
    }
    if (auto sent = send(); !sent) {
      return sent;
    }
  }
  return Done{};
}

}  // namespace

Status Announcer::announce(Send send, int rounds, std::chrono::milliseconds interval,
                           bool background, Clock::time_point deadline) {
  cancel();
  if (rounds <= 0) {
    return Done{};
  }
  if (auto first = send(); !first) {
    return first;
  }
  if (rounds == 1) {
    return Done{};
  }
  if (!background) {
    return repeat({}, send, rounds - 1, interval, deadline);
  }
  try {
    thread_ = std::jthread([send = std::move(send), rounds, interval](const std::stop_token& stop) {
      // The address is announced already; a repetition that fails has nobody left to tell.
      (void)repeat(stop, send, rounds - 1, interval, Clock::time_point::max());
    });
  } catch (const std::system_error& error) {
    return fail(Errc::unavailable, std::string("repeat the announcement: ") + error.what());
  }
  return Done{};
}

void Announcer::cancel() {
  thread_ = std::jthread();
}

}  // namespace mainstay::ipaddr2
