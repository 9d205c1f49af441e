// SPDX-License-Identifier: Apache-2.0
// Events in, effects out: what each event means first, then settle() does what follows from it.
#include "core/controller/controller.h"

#include <algorithm>
#include <utility>

#include "core/cib/history.h"
#include "core/cib/query.h"
#include "core/controller/controller_state.h"

namespace mainstay::controller {
namespace {

constexpr Duration kStoreRetry{10'000};
constexpr int kMaxTurns = 10'000;  ///< of settle(); only standing alone ever needs more than one

/// Pacemaker's keys end in a UUID of 36 characters; this one names the process.
std::string uuid_of(const std::string& instance) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string uuid;
  std::uint64_t bits = fingerprint(instance);
  for (int index = 0; index < 36; ++index) {
    if (index == 8 || index == 13 || index == 18 || index == 23) {
      uuid += '-';
      continue;
    }
    uuid += kDigits[(bits >> 40U) % 16];
    bits = fingerprint("next", bits);
  }
  return uuid;
}

}  // namespace

Controller::Controller(model::Node self, cib::Document stored, std::string instance_id,
                       Planner planner)
    : state_(std::make_unique<State>(std::move(self), std::move(stored), std::move(instance_id),
                                     planner ? std::move(planner) : real_planner())) {}
Controller::Controller(Controller&&) noexcept = default;
Controller& Controller::operator=(Controller&&) noexcept = default;
Controller::~Controller() = default;

std::vector<Effect> Controller::handle(const Event& event, Now now) {
  return state_->handle(event, now);
}
const cib::Document& Controller::cib() const {
  return state_->cib();
}
void Controller::rest() {
  state_->rest();
}

ClusterInfo Controller::info() const {
  return state_->info();
}

std::vector<model::MonitorTimes> Controller::monitor_times() const {
  return state_->monitor_times();
}

Controller::State::State(model::Node self, cib::Document stored, std::string instance_id,
                         Planner planner)
    : self_(std::move(self)),
      instance_(std::move(instance_id)),
      planner_(std::move(planner)),
      transport_(self_.id),
      replica_(std::move(stored)),
      transition_uuid_(uuid_of(instance_)),
      stored_digest_(replica_.config_digest()) {}

std::vector<Effect> Controller::State::handle(const Event& event, Now now) {
  out_.clear();
  if (left_) {
    return {};
  }
  now_ = now;
  std::visit([this](const auto& what) { on(what); }, event);
  settle();
  if (is_idle() && !cib().is_at_rest()) {
    emit(Settled{});
  }
  return std::exchange(out_, {});
}

void Controller::State::settle() {
  for (int turn = 0; turn < kMaxTurns && !left_; ++turn) {
    store_configuration();
    tell_attributes();
    ask_to_leave();
    say_farewell();
    if (is_dc()) {
      lead();
    } else if (leading_) {
      stop_leading();
    }
    answer_idle();
    const std::vector<std::string> payloads = transport_.take();
    if (payloads.empty()) {
      return;
    }
    for (const std::string& payload : payloads) {
      if (solo_) {
        deliver(self_.id, payload);
      } else {
        emit(Broadcast{payload});
      }
    }
    if (!solo_) {
      return;
    }
  }
}

void Controller::State::on(const Disconnected& event) {
  if (solo_) {
    return;
  }
  note(LogLevel::error, "the cluster engine is gone; resources are left as they are",
       {{"reason", event.reason}});
  connected_ = false;
  live_ = false;
  had_quorum_ = false;
  round_.reset();
  awaited_.reset();
  view_ = {};
  transport_.clear();
  replica_.forget_cluster();
  forget_leaving();
  emit(local_.abandon());
  emit(clients_.lost("the cluster engine is gone (" + event.reason + ")"));
  emit(CancelTimer{sync_watch});
  if (shutdown_wanted_) {
    go_solo();
  }
}

void Controller::State::on(const MessageArrived& event) {
  if (connected_ && !solo_) {
    deliver(event.from, event.payload);
  }
}

void Controller::State::deliver(std::uint32_t from, const std::string& payload) {
  Result<std::optional<std::string>> message = transport_.receive(from, payload);
  if (!message) {
    note(LogLevel::warning, "a message was refused", {{"reason", message.error().context}});
    return;
  }
  if (!*message) {
    return;
  }
  Result<Envelope> envelope = decode(**message);
  if (!envelope) {
    note(LogLevel::warning, "a message was refused",
         {{"node", name_of(from)}, {"reason", envelope.error().context}});
    return;
  }
  receive(from, std::move(*envelope));
}

void Controller::State::on(const OperationFinished& event) {
  std::vector<Effect> effects;
  std::optional<OperationResult> result = local_.finished(event.outcome, now_.steady, effects);
  emit(std::move(effects));
  if (result && live_) {
    send(std::move(*result));
  }
}

void Controller::State::on(const ResourceChanged& event) {
  emit(local_.changed(event.resource, now_.steady));
}

void Controller::State::on(const AttributeSet& event) {
  if (!attributes_.set(event.update, now_.steady)) {
    note(LogLevel::warning, "this node has too many attributes", {{"name", event.update.name}});
  }
}

/// While the cluster's state is not here it is not known what it knows.
void Controller::State::tell_attributes() {
  if (!synced()) {
    return;
  }
  const auto known = [this](const std::string& name) {
    return replica_.attribute(self_.name, name);
  };
  for (model::AttributeUpdate& update : attributes_.due(now_.steady, known)) {
    send(NodeAttribute{self_.name, std::move(update.name), std::move(update.value), 0,
                       update.is_private});
  }
  const auto next = attributes_.next();
  if (next && next != attributes_armed_) {
    emit(ArmTimer{attributes, *next});
  }
  attributes_armed_ = next;
}

void Controller::State::on(const TimerFired& event) {
  switch (event.timer) {
    case attributes:
    case plan_timer:
      break;  // settle() looks what is due
    case recheck:
      dirty_ = true;
      break;
    case sync_watch:
      sync_overdue();
      break;
    case escalation:
      leave("the time for an orderly shutdown is over");
      break;
    case deadline:
      give_up_overdue();
      break;
    case store:
      storing_.reset();
      break;
    default:
      emit(local_.timer_fired(event.timer, now_.steady));
  }
}

void Controller::State::store_configuration() {
  if (!live_ || solo_ || storing_ || replica_.config_digest() == stored_digest_) {
    return;
  }
  storing_ = cib().version();
  storing_digest_ = replica_.config_digest();
  emit(StoreCib{*storing_, cib().configuration_text(), storing_digest_});
}

void Controller::State::on(const CibStored& event) {
  if (!storing_ || event.version < *storing_) {
    return;
  }
  emit(clients_.stored(event.version, event.error));
  if (event.error) {
    note(LogLevel::error, "the configuration could not be stored; it will be tried again",
         {{"reason", event.error->context}});
    arm(store, kStoreRetry);  // storing_ stays set: nothing else is written until then
    return;
  }
  stored_digest_ = storing_digest_;
  storing_.reset();
}

bool Controller::State::accept_request(std::uint64_t request) {
  std::string why;
  if (!connected_ || solo_) {
    why = "this node is not connected to the cluster engine (is corosync running?)";
  } else if (!live_) {
    why = "this node does not have the cluster's state yet, try again in a moment";
  } else if (clients_.full()) {
    emit(Reply{
        request, fail(Errc::limit_exceeded, "too many requests are waiting, try again later"), {}});
    return false;
  }
  if (!why.empty()) {
    emit(Reply{request, fail(Errc::unavailable, why), {}});
    return false;
  }
  return true;
}

void Controller::State::on(const ChangeCib& event) {
  if (accept_request(event.request)) {
    clients_.sent(event.request);
    send(EditCib{event.request, event.change, event.origin});
  }
}

void Controller::State::on(const ReplaceCib& event) {
  if (accept_request(event.request)) {
    clients_.sent(event.request);
    send(SwapCib{event.request, event.xml, event.origin});
  }
}

void Controller::State::on(const ChangeAttribute& event) {
  if (!accept_request(event.request)) {
    return;
  }
  const std::string& node = event.node.empty() ? self_.name : event.node;
  if (!cib::lists_node(cib(), node)) {
    emit(Reply{event.request, fail(Errc::not_found, "there is no node " + node), {}});
  } else if (node == self_.name && event.update.dampening > Duration{0}) {
    on(AttributeSet{event.update});
    emit(Reply{event.request, std::nullopt, "waiting for it to be still"});
  } else {
    clients_.sent(event.request);
    send(NodeAttribute{node, event.update.name, event.update.value, event.request,
                       event.update.is_private});
  }
}

void Controller::State::on(const AwaitIdle& event) {
  if (accept_request(event.request)) {
    clients_.await_idle(event.request, replica_.position());
  }
}

void Controller::State::on(const ClientGone& event) {
  clients_.forget(event.request);
}

void Controller::State::answer_idle() {
  if (!synced() || !replica_.report().idle || !replica_.in_flight().empty()) {
    return;
  }
  std::string blocked;
  for (const std::string& sentence : replica_.report().blocked) {
    blocked += (blocked.empty() ? "" : "\n") + sentence;
  }
  emit(clients_.idle(replica_.report().position, blocked));
}

bool Controller::State::is_idle() const {
  return synced() && replica_.report().idle && replica_.in_flight().empty() &&
         replica_.report().position == replica_.position();
}

ClusterInfo Controller::State::info() const {
  ClusterInfo info;
  info.self = self_;
  info.connected = connected_ && !solo_;
  info.synced = live_ && !solo_;
  info.view = view_;
  if (synced() && !replica_.standing().empty()) {
    info.dc = name_of(replica_.standing().front());
  }
  info.idle = is_idle();
  for (const auto& [key, action] : replica_.in_flight()) {
    info.in_flight.push_back(describe(action));
  }
  info.blocked = replica_.report().blocked;
  info.private_attributes = replica_.private_attributes();
  return info;
}

void Controller::State::send(Message message, bool lasting) {
  transport_.send(encode({.session = session_, .sent = now_.wall, .message = std::move(message)}),
                  lasting);
}

void Controller::State::emit(std::vector<Effect> effects) {
  std::move(effects.begin(), effects.end(), std::back_inserter(out_));
}

void Controller::State::note(LogLevel level, std::string message, LogFields fields) {
  emit(Note{level, std::move(message), std::move(fields)});
}

std::string Controller::State::name_of(std::uint32_t id) const {
  const auto member = replica_.members().find(id);
  if (member != replica_.members().end()) {
    return member->second.name;
  }
  for (const model::Node& node : view_.members) {
    if (node.id == id) {
      return node.name;
    }
  }
  return "node " + std::to_string(id);
}

}  // namespace mainstay::controller
