// SPDX-License-Identifier: Apache-2.0
// The one thread of a host that waits for what its plugin watches.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/unique_fd.h"

namespace mainstay::agenthost {

/// Threading: any; the callbacks come from the loop's own thread, one at a time. The thread exists
/// from the first add on. Lifetime: destroying it ends the thread.
class WatchLoop {
 public:
  /// Further descriptors are refused.
  static constexpr std::size_t kMaxDescriptors = 1024;
  /// Rounds of callbacks are at least so far apart: a plugin that does not read what it watches
  /// must not keep a CPU busy. The first callback after a pause comes at once.
  static constexpr int kRoundMs = 1;

  WatchLoop();
  ~WatchLoop();
  WatchLoop(const WatchLoop&) = delete;
  WatchLoop& operator=(const WatchLoop&) = delete;

  /// Calls ready(context) whenever the descriptor is readable (or broken), sometimes without need.
  /// Null if that cannot be done.
  void* add(int descriptor, void (*ready)(void* context), void* context);
  /// After it has returned the callback does not run, unless this is called from inside it.
  void remove(void* registration);

 private:
  struct Registration {
    int descriptor;
    void (*ready)(void* context);
    void* context;
  };

  void run();
  void call(void* registration);

  UniqueFd epoll_;
  UniqueFd end_;  ///< readable when the thread is to end
  std::mutex mutex_;
  std::condition_variable called_;
  std::map<void*, std::unique_ptr<Registration>> registrations_;
  void* in_call_ = nullptr;
  std::thread thread_;
};

}  // namespace mainstay::agenthost
