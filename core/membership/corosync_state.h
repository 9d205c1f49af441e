// SPDX-License-Identifier: Apache-2.0
// The inside of CorosyncMembership, shared by corosync.cpp (connection) and corosync_traffic.cpp
// (what goes over it). Nobody else includes this.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/membership/agreement.h"
#include "core/membership/corosync.h"
#include "core/membership/corosync_link.h"
#include "core/membership/send_queue.h"

namespace mainstay::membership {

class CorosyncMembership::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(boost::asio::io_context& io)
      : io_(io), cpg_(io), quorum_(io), cmap_(io), retry_(io), resend_(io), deadline_(io) {}
  ~State() { disconnect(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status join(Listener& listener) {
    if (listener_ != nullptr) {
      return fail(Errc::conflict, "corosync membership is joined already");
    }
    listener_ = &listener;
    connect();
    return Done{};
  }

  Status broadcast(std::string payload);
  void leave();
  bool congested() const { return queue_.more_than_half_full(); }
  const model::Node& self() const { return self_; }

 private:
  using Handler = void (State::*)();
  using stream_descriptor = boost::asio::posix::stream_descriptor;
  using steady_timer = boost::asio::steady_timer;
  using milliseconds = std::chrono::milliseconds;

  static constexpr milliseconds kFirstRetry{100};
  static constexpr milliseconds kFirstResend{1};
  static constexpr milliseconds kLastResend{20};

  // Every handler in the loop goes through here: it does nothing once we or its link are gone.
  auto guarded(Handler handler) {
    return [weak = weak_from_this(), generation = generation_, handler](auto... error) {
      const auto state = weak.lock();
      if (state && generation == state->generation_ && !(static_cast<bool>(error) || ...)) {
        ((*state).*handler)();
      }
    };
  }
  void watch(stream_descriptor& descriptor, Handler handler) {
    descriptor.async_wait(stream_descriptor::wait_read, guarded(handler));
  }
  void arm(steady_timer& timer, milliseconds delay, Handler handler) {
    timer.expires_after(delay);
    timer.async_wait(guarded(handler));
  }

  void connect();
  void not_connected(const Error& reason);
  void disconnect();
  void lose(const Error& reason);
  void lose_broken();
  void finish_join();

  void read_cpg();
  void read_quorum();
  void read_cmap();
  void take(CpgEvent event);
  bool second_daemon(const GroupChanged& change) const;
  void publish();
  void no_agreement();

  bool usable() const { return link_ != nullptr && !broken_; }
  void flush();
  void finish_leave();

  boost::asio::io_context& io_;
  Listener* listener_ = nullptr;
  std::unique_ptr<CorosyncLink> link_;
  std::optional<Agreement> agreement_;
  model::Node self_;
  SendQueue queue_;
  stream_descriptor cpg_;
  stream_descriptor quorum_;
  stream_descriptor cmap_;
  steady_timer retry_;
  steady_timer resend_;
  steady_timer deadline_;
  milliseconds retry_delay_ = kFirstRetry;
  milliseconds resend_delay_ = kFirstResend;
  std::uint64_t generation_ = 0;
  std::optional<Error> broken_;  // found while sending; told from the loop
  std::string last_complaint_;
  bool viewed_ = false;      // the listener has a view of this link
  bool cpg_paused_ = false;  // CPG stands at a change that quorum has yet to confirm
  bool flush_due_ = false;   // a flush is posted or waits for its timer
  bool deadline_armed_ = false;
  bool leaving_ = false;
};

}  // namespace mainstay::membership
