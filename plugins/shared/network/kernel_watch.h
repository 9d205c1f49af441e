// SPDX-License-Identifier: Apache-2.0
// Agents' watches on what the kernel tells of addresses, links and routes: one subscription for all
// resources of the process.
#pragma once

#include <memory>
#include <mutex>

#include "core/agent/mainstay_agent.h"
#include "netlink/change_hub.h"

namespace mainstay::network {

/// Threading: any.
class KernelWatches {
 public:
  explicit KernelWatches(netlink::Topics topics) : topics_(topics) {}

  /// Subscribes when the first watch begins; the subscription ends with the last one.
  agent::WatchStart begin(const netlink::Interest& interest, const agent::Watcher& watcher);

 private:
  struct Subscription;
  class OneWatch;

  Result<std::shared_ptr<Subscription>> subscribe(const agent::Watcher& watcher);

  netlink::Topics topics_;
  std::mutex mutex_;
  std::weak_ptr<Subscription> subscription_;
};

}  // namespace mainstay::network
