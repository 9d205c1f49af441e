// SPDX-License-Identifier: Apache-2.0
// Membership by corosync: CPG for ordered messages and members, quorum for quorum, cmap for names.
#pragma once

#include <memory>
#include <string>

#include "core/membership/membership.h"

namespace boost::asio {
class io_context;
}

namespace mainstay::membership {

/// Views stand in the order of messages where CPG's change stood, and only when quorum speaks of
/// the same ring; a change of quorum or of the nodelist alone gives a view with the same ring_seq.
///
/// corosync not there, stopped or restarted: tries again for ever, first after 100 ms, then twice
/// as long each time up to 1 s. What was queued for the lost history is dropped with it, and
/// broadcast() says Errc::unavailable until the next view.
///
/// A second daemon of the same host in the group: the one that came later leaves and tries again.
///
/// self() is complete after join() if corosync was there, otherwise from the first view on; before,
/// its id is 0.
///
/// Blocking: requests to a corosync process that is stopped (SIGSTOP) block; see CorosyncLink.
class CorosyncMembership final : public Membership {
 public:
  /// The io_context outlives the membership.
  explicit CorosyncMembership(boost::asio::io_context& io);
  /// Ends the connection at once; leave() before it for an orderly departure.
  ~CorosyncMembership() override;
  CorosyncMembership(const CorosyncMembership&) = delete;
  CorosyncMembership& operator=(const CorosyncMembership&) = delete;

  Status join(Listener& listener) override;
  Status broadcast(std::string payload) override;
  bool congested() const override;
  /// Sends what is queued first, for at most two seconds; no callback comes after this call.
  void leave() override;
  model::Node self() const override;

 private:
  class State;
  std::shared_ptr<State> state_;  // handlers in the loop hold it weakly and may outlive us
};

}  // namespace mainstay::membership
