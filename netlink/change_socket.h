// SPDX-License-Identifier: Apache-2.0
// What the kernel tells of its own accord: addresses, links and routes that change.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "netlink/records.h"

namespace mainstay::netlink {

/// What a subscription is about. Routes on request: a router has a million of them.
enum class Topics : std::uint8_t { addresses_and_links, routes_too };

/// A subscription. Whatever changes after open() has returned is told, or that something was
/// missed. Threading: one thread at a time.
class ChangeSocket {
 public:
  using OnChange = std::function<void(const Change&)>;

  /// In the network namespace of the calling thread.
  static Result<ChangeSocket> open(Topics topics = Topics::addresses_and_links);

  /// Readable when receive() has something to give.
  int descriptor() const { return fd_.get(); }
  /// Hands on what has come, at most a few hundred messages, without waiting. An error: the socket
  /// is of no more use.
  Status receive(const OnChange& on_change);

 private:
  explicit ChangeSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace mainstay::netlink
