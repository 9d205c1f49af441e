// SPDX-License-Identifier: Apache-2.0
// Hears from the kernel when something happens to an address: one subscription for all resources of
// the process.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"

namespace mainstay::ipaddr2 {

/// What one resource wants to hear of.
struct Interest {
  netlink::IpAddress ip;
  std::optional<int> link;         ///< the interface that carries it
  bool check_link_status = false;  ///< whether it is of interest that the link goes down
};

/// Whether a change may have ended the service. Pure.
bool concerns(const Interest& interest, const netlink::Change& change);

/// Threading: any.
class AddressWatches {
 public:
  /// Subscribes when the first watch begins; the subscription ends with the last one.
  agent::WatchStart begin(const Interest& interest, const agent::Watcher& watcher);

 private:
  class Hub;
  class OneWatch;

  std::mutex mutex_;
  std::weak_ptr<Hub> hub_;
};

}  // namespace mainstay::ipaddr2
