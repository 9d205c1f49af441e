// SPDX-License-Identifier: Apache-2.0
#include "core/membership/standalone.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "core/membership/send_queue.h"

namespace mainstay::membership {

class StandaloneMembership::State : public std::enable_shared_from_this<State> {
 public:
  State(boost::asio::io_context& io, std::string name) : io_(io), self_{1, std::move(name)} {}

  Status join(Listener& listener) {
    if (listener_ != nullptr) {
      return fail(Errc::conflict, "standalone membership is joined already");
    }
    listener_ = &listener;
    view_due_ = true;
    wake();
    return Done{};
  }

  Status broadcast(std::string payload) {
    if (listener_ == nullptr || view_due_) {
      return fail(Errc::unavailable, "no view yet");
    }
    if (payload.size() > kMaxPayload) {
      return fail(Errc::limit_exceeded,
                  "message of " + std::to_string(payload.size()) + " bytes is too long");
    }
    Status queued = queue_.push(std::move(payload));
    wake();
    return queued;
  }

  void leave() {
    listener_ = nullptr;
    view_due_ = false;
    queue_.clear();
  }

  bool congested() const { return queue_.more_than_half_full(); }
  const model::Node& self() const { return self_; }

 private:
  // One delivery per turn of the loop: timers and sockets get theirs between.
  void wake() {
    if (awake_) {
      return;
    }
    awake_ = true;
    boost::asio::post(io_, [weak = weak_from_this()] {
      if (const auto state = weak.lock()) {
        state->awake_ = false;
        state->deliver();
      }
    });
  }

  void deliver() {
    if (listener_ == nullptr) {
      return;
    }
    if (std::exchange(view_due_, false)) {
      listener_->on_view({.ring_seq = 0,
                          .quorate = true,
                          .hosts = {self_},
                          .members = {self_},
                          .configured = {self_}});
    } else if (!queue_.empty()) {
      const std::string payload = queue_.front();
      queue_.pop();
      listener_->on_message(self_.id, payload);
    }
    if (!queue_.empty()) {
      wake();
    }
  }

  boost::asio::io_context& io_;
  model::Node self_;
  Listener* listener_ = nullptr;
  SendQueue queue_;
  bool view_due_ = false;
  bool awake_ = false;
};

StandaloneMembership::StandaloneMembership(boost::asio::io_context& io, std::string node_name)
    : state_(std::make_shared<State>(io, std::move(node_name))) {}
StandaloneMembership::~StandaloneMembership() = default;

Status StandaloneMembership::join(Listener& listener) {
  return state_->join(listener);
}
Status StandaloneMembership::broadcast(std::string payload) {
  return state_->broadcast(std::move(payload));
}
bool StandaloneMembership::congested() const {
  return state_->congested();
}
void StandaloneMembership::leave() {
  state_->leave();
}
model::Node StandaloneMembership::self() const {
  return state_->self();
}

}  // namespace mainstay::membership
