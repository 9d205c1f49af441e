// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/daemon.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <csignal>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/cib/query.h"
#include "core/daemon/install_paths.h"
#include "core/store/cib_store.h"

namespace mainstay::daemon {
namespace {

/// Identifies this run of the daemon among all runs on all hosts.
std::string new_instance_id(const std::string& node, Now now) {
  return node + "-" + std::to_string(::getpid()) + "-" +
         std::to_string(now.wall.time_since_epoch().count());
}

}  // namespace

Daemon::Daemon(Parts parts, cib::Document stored, std::string membership_name,
               std::vector<std::string> notices)
    : parts_(parts),
      membership_name_(std::move(membership_name)),
      notices_(std::move(notices)),
      stored_(std::move(stored)),
      writer_(parts.io, parts.options.libexec_dir + "/mainstay-cib-writer", parts.options.cib_dir(),
              [this](const cib::Version& version, std::optional<Error> error) {
                handle(controller::CibStored{version, std::move(error)});
              }),
      socket_(
          parts.io,
          {.on_request = [this](std::uint64_t id,
                                control::Request&& request) { on_request(id, std::move(request)); },
           .on_client_gone = [this](std::uint64_t id) { handle(controller::ClientGone{id}); }}),
      signals_(parts.io, SIGTERM, SIGINT) {}

Status Daemon::start() {
  if (auto listening = socket_.listen(parts_.options.socket_path()); !listening) {
    return listening;
  }
  await_signal();
  parts_.executor.on_change(
      [this](const std::string& resource) { handle(controller::ResourceChanged{resource}); });
  parts_.executor.on_attribute(
      [this](const model::AttributeUpdate& update) { handle(controller::AttributeSet{update}); });
  if (auto joined = parts_.membership.join(*this); !joined) {
    return within("join the cluster", joined.error());
  }
  ::sd_notify(0, "READY=1\nSTATUS=Waiting for the cluster");
  return Done{};
}

void Daemon::on_view(const model::View& view) {
  if (!controller_) {
    const model::Node self = parts_.membership.self();
    controller_.emplace(self, std::move(stored_),
                        new_instance_id(self.name, executor::read_clocks()));
    ::sd_notify(0, "STATUS=In the cluster");
  }
  handle(controller::ViewChanged{view});
}

void Daemon::on_message(std::uint32_t from, std::string_view payload) {
  handle(controller::MessageArrived{from, std::string(payload)});
}

void Daemon::on_disconnected(const Error& reason) {
  handle(controller::Disconnected{reason.context});
}

/// One visitor per effect; kept apart so that the daemon's header need not name them all.
struct Daemon::Performer {
  Daemon& self;

  void operator()(controller::Broadcast& effect) const {
    if (auto sent = self.parts_.membership.broadcast(std::move(effect.payload)); !sent) {
      // The controller's state rests on every broadcast arriving: going on without one would let
      // copies differ.
      log(LogLevel::error,
          "cannot reach the cluster: leaving it so as to rejoin with a clean state",
          {{"reason", sent.error().context}});
      self.exit_code_ = 1;
      self.leave();
    }
  }
  void operator()(controller::RunAction& effect) const {
    const std::string resource = effect.request.resource;
    self.parts_.executor.run(std::move(effect.request),
                             [daemon = &self, resource](model::ActionOutcome outcome) {
                               daemon->on_finished(resource, std::move(outcome));
                             });
  }
  void operator()(controller::CancelAction& effect) const {
    self.parts_.executor.cancel(effect.call_id);
  }
  void operator()(const controller::EndWatch& effect) const {
    self.parts_.executor.unwatch(effect.resource);
  }
  void operator()(controller::ArmTimer& effect) const {
    (*this)(controller::CancelTimer{effect.timer});
    self.timers_[effect.timer] =
        self.parts_.timers.arm(effect.due, [daemon = &self, timer = effect.timer] {
          daemon->timers_.erase(timer);
          daemon->handle(controller::TimerFired{timer});
        });
  }
  void operator()(const controller::CancelTimer& effect) const {
    const auto timer = self.timers_.find(effect.timer);
    if (timer != self.timers_.end()) {
      self.parts_.timers.cancel(timer->second);
      self.timers_.erase(timer);
    }
  }
  void operator()(controller::StoreCib& effect) const {
    self.writer_.store({effect.version, std::move(effect.text)});
  }
  void operator()(const controller::KeepAside& effect) const {
    const auto kept = store::keep_aside(self.parts_.options.cib_dir(), effect.text);
    self.notices_.push_back(
        kept ? effect.why + "; the other configuration is kept in " + *kept
             : effect.why + "; the other configuration could not be kept: " + kept.error().context);
    log(LogLevel::warning, self.notices_.back());
  }
  void operator()(controller::Reply& effect) const {
    self.socket_.answer(effect.request,
                        {.error = std::move(effect.error), .detail = std::move(effect.detail)});
  }
  void operator()(const controller::Settled&) const {
    self.controller_->rest();
    give_back_memory();
  }
  void operator()(const controller::Left&) const { self.leave(); }
  void operator()(const controller::Note& effect) const {
    log(effect.level, effect.message, effect.fields);
  }
};

void Daemon::handle(const controller::Event& event) {
  if (!controller_) {
    refuse(event);
    return;
  }
  for (controller::Effect& effect : controller_->handle(event, executor::read_clocks())) {
    std::visit(Performer{*this}, effect);
  }
}

/// What can happen before the first view: clients and signals.
void Daemon::refuse(const controller::Event& event) {
  const auto answer = [this](std::uint64_t id) {
    socket_.answer(id,
                   {.error = fail(Errc::unavailable,
                                  "this node waits for its cluster engine; is corosync running?")});
  };
  if (const auto* change = std::get_if<controller::ChangeCib>(&event)) {
    answer(change->request);
  } else if (const auto* replace = std::get_if<controller::ReplaceCib>(&event)) {
    answer(replace->request);
  } else if (const auto* attribute = std::get_if<controller::ChangeAttribute>(&event)) {
    answer(attribute->request);
  } else if (const auto* await = std::get_if<controller::AwaitIdle>(&event)) {
    answer(await->request);
  } else if (std::holds_alternative<controller::ShutdownRequested>(event)) {
    leave();
  }
}

void Daemon::on_finished(const std::string& resource, model::ActionOutcome outcome) {
  notice_agent_note(resource, outcome.note);
  handle(controller::OperationFinished{std::move(outcome)});
}

void Daemon::notice_agent_note(const std::string& resource, const std::string& note) {
  const auto known = agent_notes_.find(resource);
  if (note.empty()) {
    if (known != agent_notes_.end()) {
      agent_notes_.erase(known);
    }
  } else if (known == agent_notes_.end() || known->second != note) {
    log(LogLevel::notice, "agent is not run natively", {{"resource", resource}, {"why", note}});
    agent_notes_[resource] = note;
  }
}

void Daemon::on_request(std::uint64_t id, control::Request&& request) {
  std::visit(
      [this, id](auto& asked) {
        using Asked = std::decay_t<decltype(asked)>;
        if constexpr (std::is_same_v<Asked, control::QueryStatus>) {
          socket_.answer(id, status_reply());
        } else if constexpr (std::is_same_v<Asked, control::QueryTimes>) {
          control::Reply reply;
          reply.times = controller_ ? controller_->monitor_times() : reply.times;
          socket_.answer(id, reply);
        } else if constexpr (std::is_same_v<Asked, control::ChangeCib>) {
          handle(controller::ChangeCib{id, std::move(asked.change), std::move(asked.origin)});
        } else if constexpr (std::is_same_v<Asked, control::ReplaceCib>) {
          handle(controller::ReplaceCib{id, std::move(asked.xml), std::move(asked.origin)});
        } else if constexpr (std::is_same_v<Asked, control::ChangeAttribute>) {
          handle(controller::ChangeAttribute{id, std::move(asked.node), std::move(asked.update)});
        } else {
          handle(controller::AwaitIdle{id});
        }
      },
      request);
}

control::Reply Daemon::status_reply() {
  controller::ClusterInfo info;
  if (controller_) {
    info = controller_->info();
  } else {
    info.self = parts_.membership.self();
  }
  control::ClusterStatus status;
  status.self = info.self;
  status.membership = membership_name_;
  status.connected = info.connected;
  status.synced = info.synced;
  status.view = info.view;
  status.dc = info.dc;
  status.idle = info.idle;
  status.in_flight = info.in_flight;
  status.blocked = info.blocked;
  status.notices = notices_;
  status.private_attributes = info.private_attributes;
  const cib::Document& cib = controller_ ? controller_->cib() : stored_;
  std::erase_if(agent_notes_,
                [&](const auto& entry) { return !cib::has_resource(cib, entry.first); });
  for (const auto& [resource, note] : agent_notes_) {
    status.notices.push_back(resource);
    status.notices.back().append(": ").append(note);
  }
  status.daemon_version = kVersion;
  return {.status = std::move(status), .cib = cib.compact_text()};
}

void Daemon::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) {
      return;
    }
    log(LogLevel::notice, "leaving the cluster in order", {{"signal", std::to_string(signal)}});
    ::sd_notify(0, "STOPPING=1\nSTATUS=Moving resources away");
    handle(controller::ShutdownRequested{});
    await_signal();
  });
}

void Daemon::leave() {
  if (std::exchange(leaving_, true)) {
    return;
  }
  socket_.close();
  parts_.membership.leave();
  boost::asio::post(parts_.io, [this] { parts_.io.stop(); });
}

}  // namespace mainstay::daemon
