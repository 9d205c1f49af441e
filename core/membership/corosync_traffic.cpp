// SPDX-License-Identifier: Apache-2.0
// What goes over a connection to corosync: its events to the listener, our messages to it.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/membership/corosync_state.h"

namespace mainstay::membership {
namespace {

constexpr std::chrono::milliseconds kAgreementDeadline{10'000};
constexpr std::chrono::milliseconds kLeaveDeadline{2000};
constexpr int kEventsPerTurn = 64;  // then timers and sockets get theirs
constexpr int kSendsPerTurn = 64;

}  // namespace

// --- what corosync tells ---

void CorosyncMembership::State::read_cpg() {
  const std::uint64_t generation = generation_;
  for (int count = 0; count < kEventsPerTurn; ++count) {
    if (agreement_->waiting()) {
      cpg_paused_ = true;  // read_quorum() goes on from here
      return;
    }
    auto event = link_->take_cpg();
    if (!event) {
      lose(event.error());
      return;
    }
    if (!*event) {
      break;
    }
    take(std::move(**event));
    if (generation != generation_) {  // the listener left, or we lost the link
      return;
    }
  }
  watch(cpg_, &State::read_cpg);
  if (!queue_.empty()) {
    flush();
  }
}

void CorosyncMembership::State::read_quorum() {
  const std::uint64_t generation = generation_;
  const auto changes = link_->take_quorum();
  if (!changes) {
    lose(changes.error());
    return;
  }
  for (const QuorumChanged& change : *changes) {
    agreement_->quorum_is(change.ring, change.quorate);
    publish();
    if (generation != generation_) {
      return;
    }
  }
  watch(quorum_, &State::read_quorum);
  if (cpg_paused_ && !agreement_->waiting()) {
    cpg_paused_ = false;
    watch(cpg_, &State::read_cpg);
  }
}

void CorosyncMembership::State::read_cmap() {
  const std::uint64_t generation = generation_;
  const auto changed = link_->take_nodelist_changed();
  if (!changed) {
    lose(changed.error());
    return;
  }
  if (*changed) {
    auto nodelist = link_->nodelist();
    if (!nodelist) {
      lose(nodelist.error());
      return;
    }
    agreement_->nodelist_is(std::move(*nodelist));
    publish();
    if (generation != generation_) {
      return;
    }
  }
  watch(cmap_, &State::read_cmap);
}

void CorosyncMembership::State::take(CpgEvent event) {
  if (auto* message = std::get_if<Message>(&event)) {
    if (viewed_ && !leaving_) {
      listener_->on_message(message->from, message->payload);
    }
    return;
  }
  if (auto* ring = std::get_if<RingChanged>(&event)) {
    agreement_->ring_is(ring->ring, std::move(ring->hosts));
  } else if (auto* group = std::get_if<GroupChanged>(&event)) {
    if (second_daemon(*group)) {
      lose(fail(Errc::already_exists, "another mainstayd of host " + self_.name +
                                          " is in the cluster: stop one of them"));
      return;
    }
    std::vector<std::uint32_t> hosts;
    hosts.reserve(group->members.size());
    for (const Process& process : group->members) {
      hosts.push_back(process.host);
    }
    agreement_->group_is(std::move(hosts), group->ring_follows);
  }
  publish();
}

// True for the one that came later: joins are in CPG's order too.
bool CorosyncMembership::State::second_daemon(const GroupChanged& change) const {
  const Process us{self_.id, static_cast<std::uint32_t>(::getpid())};
  const bool we_joined =
      std::find(change.joined.begin(), change.joined.end(), us) != change.joined.end();
  return we_joined &&
         std::any_of(change.members.begin(), change.members.end(), [&](const Process& other) {
           return other.host == us.host && other.pid != us.pid;
         });
}

void CorosyncMembership::State::publish() {
  const std::optional<model::View> view = agreement_->take_view();
  if (agreement_->waiting() != deadline_armed_) {
    deadline_armed_ = !deadline_armed_;
    if (deadline_armed_) {
      arm(deadline_, kAgreementDeadline, &State::no_agreement);
    } else {
      deadline_.cancel();
    }
  }
  if (view && !leaving_) {
    viewed_ = true;
    retry_delay_ = kFirstRetry;
    last_complaint_.clear();
    for (const model::Node& node : view->hosts) {
      if (node.id == self_.id) {
        self_.name = node.name;
      }
    }
    listener_->on_view(*view);
  }
}

void CorosyncMembership::State::no_agreement() {
  if (agreement_->waiting()) {
    lose(fail(Errc::timed_out,
              "corosync's CPG and quorum do not agree on a ring: " + agreement_->describe()));
  }
}

// --- what we send ---

Status CorosyncMembership::State::broadcast(std::string payload) {
  if (payload.size() > kMaxPayload) {
    return fail(Errc::limit_exceeded,
                "message of " + std::to_string(payload.size()) + " bytes is too long");
  }
  if (!viewed_ || !usable() || leaving_) {
    return fail(Errc::unavailable, "not connected to the cluster");
  }
  if (queue_.empty()) {
    const auto sent = link_->send(payload);
    if (!sent) {
      broken_ = sent.error();
      boost::asio::post(io_, guarded(&State::lose_broken));
      return sent.error();
    }
    if (*sent == CorosyncLink::Sent::sent) {
      return Done{};
    }
  }
  Status queued = queue_.push(std::move(payload));
  if (!flush_due_) {
    flush_due_ = true;
    arm(resend_, resend_delay_, &State::flush);
  }
  return queued;
}

// Called by the timer and whenever CPG was read, for what we read may be room for what we send.
void CorosyncMembership::State::flush() {
  flush_due_ = false;
  if (!usable()) {
    return;
  }
  for (int count = 0; count < kSendsPerTurn && !queue_.empty(); ++count) {
    const auto sent = link_->send(queue_.front());
    if (!sent) {
      lose(sent.error());
      return;
    }
    if (*sent == CorosyncLink::Sent::try_again) {
      flush_due_ = true;
      arm(resend_, resend_delay_, &State::flush);
      resend_delay_ = std::min(2 * resend_delay_, kLastResend);
      return;
    }
    resend_delay_ = kFirstResend;
    queue_.pop();
  }
  if (!queue_.empty()) {
    flush_due_ = true;
    boost::asio::post(io_, guarded(&State::flush));
  } else if (leaving_) {
    finish_leave();
  }
}

void CorosyncMembership::State::leave() {
  if (leaving_ || listener_ == nullptr) {
    return;
  }
  leaving_ = true;
  if (!usable()) {
    disconnect();
    return;
  }
  arm(retry_, kLeaveDeadline, &State::disconnect);
  flush();
}

void CorosyncMembership::State::finish_leave() {
  const auto left = link_->leave();
  if (left && *left == CorosyncLink::Sent::try_again) {
    arm(resend_, kLastResend, &State::flush);
    return;
  }
  disconnect();
}

}  // namespace mainstay::membership
