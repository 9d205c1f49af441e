// SPDX-License-Identifier: Apache-2.0
// The connection to corosync: made, lost, made again.
#include "core/membership/corosync.h"

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/membership/corosync_state.h"

namespace mainstay::membership {
namespace {

constexpr std::chrono::milliseconds kLastRetry{1000};

}  // namespace

void CorosyncMembership::State::connect() {
  auto link = CorosyncLink::open();
  if (!link) {
    not_connected(link.error());
    return;
  }
  auto nodelist = (*link)->nodelist();
  if (!nodelist) {
    not_connected(nodelist.error());
    return;
  }
  link_ = std::move(*link);
  agreement_.emplace(link_->self_id());
  self_.id = link_->self_id();
  for (const model::Node& node : *nodelist) {
    if (node.id == self_.id) {
      self_.name = node.name;
    }
  }
  agreement_->nodelist_is(std::move(*nodelist));
  cpg_.assign(link_->cpg_fd());
  quorum_.assign(link_->quorum_fd());
  cmap_.assign(link_->cmap_fd());
  watch(cpg_, &State::read_cpg);
  watch(quorum_, &State::read_quorum);
  watch(cmap_, &State::read_cmap);
  finish_join();
}

void CorosyncMembership::State::finish_join() {
  const auto joined = link_->join();
  if (!joined) {
    disconnect();
    not_connected(joined.error());
  } else if (*joined == CorosyncLink::Sent::try_again) {
    arm(retry_, kLastResend, &State::finish_join);  // corosync is forming a ring
  } else {
    log(LogLevel::info, "joining the cluster's process group",
        {{"node", self_.name}, {"nodeid", std::to_string(self_.id)}});
  }
}

void CorosyncMembership::State::not_connected(const Error& reason) {
  if (last_complaint_ != reason.context) {  // once per outage, not once per try
    last_complaint_ = reason.context;
    const bool operator_must_act =
        reason.code == Errc::already_exists || reason.code == Errc::unsupported;
    log(operator_must_act ? LogLevel::error : LogLevel::warning, "not in the cluster, trying again",
        {{"reason", reason.context}});
  }
  arm(retry_, retry_delay_, &State::connect);
  retry_delay_ = std::min(2 * retry_delay_, kLastRetry);
}

void CorosyncMembership::State::disconnect() {
  ++generation_;
  for (stream_descriptor* descriptor : {&cpg_, &quorum_, &cmap_}) {
    if (descriptor->is_open()) {
      descriptor->release();  // the libraries close their descriptors themselves
    }
  }
  for (steady_timer* timer : {&retry_, &resend_, &deadline_}) {
    timer->cancel();
  }
  link_.reset();
  agreement_.reset();
  broken_.reset();
  queue_.clear();
  viewed_ = cpg_paused_ = flush_due_ = deadline_armed_ = false;
  resend_delay_ = kFirstResend;
}

void CorosyncMembership::State::lose(const Error& reason) {
  const Error copy = reason;  // may live in what is torn down now
  const bool was_member = viewed_;
  disconnect();
  if (leaving_) {
    return;
  }
  not_connected(copy);
  if (was_member) {
    listener_->on_disconnected(copy);
  }
}

void CorosyncMembership::State::lose_broken() {
  lose(*broken_);
}

CorosyncMembership::CorosyncMembership(boost::asio::io_context& io)
    : state_(std::make_shared<State>(io)) {}
CorosyncMembership::~CorosyncMembership() = default;

Status CorosyncMembership::join(Listener& listener) {
  return state_->join(listener);
}
Status CorosyncMembership::broadcast(std::string payload) {
  return state_->broadcast(std::move(payload));
}
bool CorosyncMembership::congested() const {
  return state_->congested();
}
void CorosyncMembership::leave() {
  state_->leave();
}
model::Node CorosyncMembership::self() const {
  return state_->self();
}

}  // namespace mainstay::membership
