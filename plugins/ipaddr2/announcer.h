// SPDX-License-Identifier: Apache-2.0
// Announces an address several times, the first time at once, the rest in the background if wanted.
// Threading: used by one thread; at most one background thread, ended by cancel() and by the
// destructor.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "core/base/result.h"

namespace mainstay::ipaddr2 {

class Announcer {
 public:
  /// Sends one round of packets.
  using Send = std::function<Status()>;

  /// Replaces an announcement that still goes on. Answers for the rounds sent before it returns.
  /// In the foreground no round begins after `deadline`.
  Status announce(Send send, int rounds, std::chrono::milliseconds interval, bool background,
                  std::chrono::steady_clock::time_point deadline);
  void cancel();

 private:
  std::jthread thread_;
};

}  // namespace mainstay::ipaddr2
