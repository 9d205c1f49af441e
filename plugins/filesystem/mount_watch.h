// SPDX-License-Identifier: Apache-2.0
// Hears from the kernel that something was mounted or unmounted: one subscription for all resources
// of the process.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/agent/mainstay_agent.h"

namespace mainstay::filesystem {

/// Threading: any.
class MountWatches {
 public:
  /// Tells when another mount, or none, is at that place.
  agent::WatchStart begin(const std::string& directory, const agent::Watcher& watcher);

 private:
  class Hub;
  class OneWatch;

  std::mutex mutex_;
  std::weak_ptr<Hub> hub_;
};

}  // namespace mainstay::filesystem
