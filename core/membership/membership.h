// SPDX-License-Identifier: Apache-2.0
// Who is in the cluster and how its members speak: the one interface to corosync, or to nothing at
// all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/view.h"

namespace mainstay::membership {

/// Largest payload that broadcast() takes, in bytes (CPG allows 1 MiB; room is left for its own
/// framing).
inline constexpr std::size_t kMaxPayload = 1'000'000;

/// Receives views and messages. Every member sees the same messages in the same order, and views at
/// the same place in that order.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_view(const model::View& view) = 0;
  /// `from` is a member of the last view. The payload is valid during the call only.
  virtual void on_message(std::uint32_t from, std::string_view payload) = 0;
  /// The connection to the cluster engine is gone (corosync stopped or crashed). The membership
  /// reconnects by itself; the next on_view tells that it succeeded, and starts a new history.
  virtual void on_disconnected(const Error& reason) = 0;
};

/// Threading: everything, callbacks too, runs on the reactor's thread; no callback comes from
/// inside broadcast(). Lifetime: the listener outlives the membership.
class Membership {
 public:
  virtual ~Membership() = default;
  /// Starts joining; views and messages come later through the listener. Fails only if it can never
  /// work.
  virtual Status join(Listener& listener) = 0;
  /// Queues a payload of at most kMaxPayload bytes for every member, ourselves included. A full
  /// send queue of the engine is waited out, in order; Errc::limit_exceeded only when our own
  /// bounded queue is full as well.
  virtual Status broadcast(std::string payload) = 0;
  /// True while the send queue is more than half full: who can, produces less.
  virtual bool congested() const = 0;
  /// Leaves the group in order, so that the others see a departure and not a death.
  virtual void leave() = 0;
  /// This host.
  virtual model::Node self() const = 0;
};

}  // namespace mainstay::membership
