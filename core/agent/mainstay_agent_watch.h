// SPDX-License-Identifier: Apache-2.0
// How an agent watches its resource: what it is given, and what it gives back. Included by
// mainstay_agent.h; authors of agents include that one.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/agent/mainstay_agent_abi.h"

namespace mainstay::agent {

/// A descriptor that is waited for. Destroying it ends that: the callback does not run any more
/// afterwards, unless it is the callback that destroys it. The descriptor is closed later than
/// that.
class Listening {
 public:
  Listening(const abi::WatchInput& host, int descriptor, std::function<void()> ready)
      : host_(host),
        ready_(std::move(ready)),
        registration_(host_.add_descriptor(host_.loop, descriptor, &Listening::call, this)) {}
  ~Listening() {
    if (registration_ != nullptr) {
      host_.remove_descriptor(host_.loop, registration_);
    }
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  /// False: the host has no room for it.
  explicit operator bool() const { return registration_ != nullptr; }

 private:
  static void call(void* self) noexcept {
    try {
      static_cast<Listening*>(self)->ready_();
    } catch (...) {  // NOLINT(bugprone-empty-catch): a missed hint is found by the next monitor
    }
  }

  abi::WatchInput host_;
  std::function<void()> ready_;
  void* registration_;
};

/// How a watch talks to the host. May be copied; any thread.
class Watcher {
 public:
  explicit Watcher(const abi::WatchInput& host) {
    std::memcpy(&host_, &host, host.size < sizeof host_ ? host.size : sizeof host_);
  }
  /// Something that matters to the resource may have changed. Cheap, may be called too often. Not
  /// after the Watch was destroyed.
  void changed() const { host_.changed(host_.watch); }
  /// The watch hears nothing any more: a new one is wanted. Not after the Watch was destroyed.
  void lost(const std::string& why) const { host_.lost(host_.watch, why.c_str()); }
  /// Calls `ready` on the host's watching thread whenever the descriptor is readable or broken, now
  /// and then without need: it must not block. Serves any watch of the process and may outlive this
  /// one.
  std::unique_ptr<Listening> listen(int descriptor, std::function<void()> ready) const {
    return std::make_unique<Listening>(host_, descriptor, std::move(ready));
  }

 private:
  abi::WatchInput host_{};
};

/// What an agent keeps while it watches a resource; the host destroys it to end the watch. It may
/// use the agent object, which lives as long, but not without a lock: actions go on meanwhile.
class Watch {
 public:
  virtual ~Watch() = default;
};

/// What came of watch(). Neither: there is nothing to watch with these parameters.
struct WatchStart {
  std::unique_ptr<Watch> watch = nullptr;
  std::string failure = {};  ///< why it is not watched, though it could be: will be tried again
};

}  // namespace mainstay::agent
