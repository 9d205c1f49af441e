// SPDX-License-Identifier: Apache-2.0
#include "core/membership/corosync.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/log.h"
#include "core/membership/agreement.h"
#include "core/membership/corosync_link.h"
#include "core/membership/send_queue.h"

namespace mainstay::membership {
namespace {

using boost::asio::steady_timer;
using boost::asio::posix::stream_descriptor;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{100};
constexpr milliseconds kLastRetry{1000};
constexpr milliseconds kFirstResend{1};
constexpr milliseconds kLastResend{20};
constexpr milliseconds kAgreementDeadline{10'000};
constexpr milliseconds kLeaveDeadline{2000};
constexpr int kEventsPerTurn = 64;  // then timers and sockets get theirs
constexpr int kSendsPerTurn = 64;

}  // namespace

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

// --- the connection ---

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
