// SPDX-License-Identifier: Apache-2.0
// Leaving in order: ask the cluster to move everything away, be told do_shutdown, say farewell,
// end. A node that could not stop a resource stays until it could: once it is gone, the others
// would start what still runs here. Without a cluster the same is done alone: a cluster of one
// whose messages come straight back.
#include <utility>

#include "core/cib/query.h"
#include "core/controller/controller_state.h"

namespace mainstay::controller {
namespace {

constexpr Duration kShutdownEscalation{20 * 60'000};  ///< Pacemaker's default
constexpr Duration kAlonePatience{10'000};

}  // namespace

void Controller::State::on(const ShutdownRequested&) {
  if (shutdown_wanted_) {
    return;
  }
  shutdown_wanted_ = true;
  if (!ever_live_) {
    leave("");  // nothing was ever started by this process
    return;
  }
  arm_escalation();
  if (!connected_) {
    go_solo();
  } else if (!live_ || round_) {
    arm(sync_watch, kAlonePatience);
  }
}

void Controller::State::arm_escalation() {
  arm(escalation, cib::cluster_duration(cib(), "shutdown-escalation", kShutdownEscalation));
}

void Controller::State::forget_leaving() {
  shutdown_sent_ = false;
  told_to_leave_ = false;
  held_by_.clear();
}

void Controller::State::say_farewell() {
  if (!told_to_leave_ || !synced()) {
    return;
  }
  std::string held;
  for (const std::string& resource : cib::failed_stops(cib(), self_.name)) {
    held += (held.empty() ? "" : " ") + resource;
  }
  if (held.empty() || view_.members.size() == 1) {
    told_to_leave_ = false;
    send(Leaving{});
  } else if (held != held_by_) {
    note(LogLevel::error,
         "this node does not leave yet: what it could not stop may still be active, and the other "
         "nodes would start it too. Stop it by hand and clean it up",
         {{"resources", held}});
  }
  held_by_ = held;
}

void Controller::State::ask_to_leave() {
  if (shutdown_wanted_ && !shutdown_sent_ && synced() && !left_) {
    shutdown_sent_ = true;
    send(ShutdownNode{});
  }
}

void Controller::State::go_solo() {
  note(LogLevel::error, "leaving without the cluster: this node's resources are stopped by itself");
  solo_ = true;
  connected_ = true;
  round_.reset();
  awaited_.reset();
  transport_.clear();
  emit(clients_.lost("this node is shutting down"));
  view_ = {
      .ring_seq = 0, .quorate = false, .hosts = {self_}, .members = {self_}, .configured = {self_}};
  session_ = instance_ + "/alone";
  replica_.stand_alone(self_.id, {.name = self_.name, .session = session_, .leaving = false});
  live_ = true;
  forget_leaving();
  dirty_ = true;
  arm_escalation();
}

void Controller::State::leave(const std::string& why_early) {
  if (left_) {
    return;
  }
  if (!why_early.empty()) {
    note(LogLevel::error, "leaving although resources may still be active here",
         {{"reason", why_early}});
  }
  emit(local_.abandon());
  emit(clients_.lost("this node is shutting down"));
  left_ = true;
  emit(Left{});
}

}  // namespace mainstay::controller
