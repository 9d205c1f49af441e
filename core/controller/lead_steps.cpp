// SPDX-License-Identifier: Apache-2.0
// What the DC does: tells what its view says, plans when something changed, hands out what is
// ready, gives up on what never answers, reports.
#include <algorithm>
#include <utility>

#include "core/cib/query.h"
#include "core/controller/controller_state.h"

namespace mainstay::controller {
namespace {

constexpr Duration kAnswerGrace{60'000};           ///< Pacemaker's cluster-delay
constexpr Duration kRecheckInterval{15 * 60'000};  ///< Pacemaker's default
constexpr std::size_t kNodeLimit = 64;             ///< actions in flight per node
constexpr std::size_t kBatchLimit = 512;           ///< actions in flight in all

std::size_t limit_of(const cib::Document& cib, const std::string& option, std::size_t fallback) {
  const std::string text = cib::cluster_option(cib, option, "0");
  std::size_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > fallback) {
      return fallback;
    }
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  return value == 0 ? fallback : std::min(value, fallback);
}

}  // namespace

bool Controller::State::is_dc() const {
  return synced() && !replica_.standing().empty() && replica_.standing().front() == self_.id;
}

void Controller::State::stop_leading() {
  leading_ = false;
  transition_.reset();
  undelivered_.clear();
  deadlines_.clear();
  sent_facts_.reset();
  sent_report_.reset();
  for (const Timer timer : {plan_timer, recheck, deadline}) {
    emit(CancelTimer{timer});
  }
}

Facts Controller::State::wanted_facts() const {
  Facts facts{.dc = self_.id,
              .quorate = view_.quorate,
              .hosts = view_.hosts,
              .configured = view_.configured};
  for (const auto& member : replica_.members()) {
    const bool listed =
        std::any_of(facts.configured.begin(), facts.configured.end(),
                    [&](const model::Node& node) { return node.id == member.first; });
    if (!listed) {
      facts.configured.push_back({member.first, member.second.name});
    }
  }
  return facts;
}

void Controller::State::lead() {
  if (!leading_) {
    stop_leading();
    leading_ = true;
    dirty_ = true;
  }
  const Facts facts = wanted_facts();
  if (!(replica_.facts() == facts)) {
    if (!sent_facts_ || !(*sent_facts_ == facts)) {
      sent_facts_ = facts;
      send(facts);
    }
    return;
  }
  sent_facts_.reset();
  watch_deadlines();
  if (!undelivered_.empty()) {
    return;  // their place in the order is not known yet
  }
  if (transition_ && !dirty_ && transition_->ended() && transition_->moved() &&
      replica_.in_flight().empty()) {
    dirty_ = true;  // look once more at what came out
  }
  if (dirty_) {
    const TimePoint next = pace_.next(now_.steady);
    if (next > now_.steady) {
      emit(ArmTimer{plan_timer, next});
      return;
    }
    plan();
  }
  dispatch();
  report();
}

void Controller::State::plan() {
  dirty_ = false;
  pace_.planned(now_.steady);
  if (pace_.exhausted() && !told_hurry_) {
    note(LogLevel::warning,
         "plans follow each other without end; they are made more slowly now. Something fails or "
         "changes as soon as it is done");
  }
  told_hurry_ = pace_.exhausted();
  Result<Transition> made =
      make_plan(planner_, replica_.document(), replica_.in_flight(), now_.wall);
  if (!made) {
    transition_.reset();
    if (plan_error_ != made.error().context) {
      plan_error_ = made.error().context;
      note(LogLevel::error, "no plan can be made", {{"reason", plan_error_}});
    }
    return;
  }
  plan_error_.clear();
  transition_ = std::move(*made);
  ++transition_number_;
  note_decisions();
  arm_recheck();
}

void Controller::State::arm_recheck() {
  const Duration interval =
      cib::cluster_duration(cib(), "cluster-recheck-interval", kRecheckInterval);
  const bool polled = interval > Duration{0};  // as in Pacemaker, zero switches the polling off
  const std::optional<WallTime> due = transition_->graph().recheck_at;
  if (due) {
    const auto until =
        std::max(Duration{1}, std::chrono::duration_cast<Duration>(*due - now_.wall));
    arm(recheck, polled ? std::min(until, interval) : until);
  } else if (polled) {
    arm(recheck, interval);
  } else {
    emit(CancelTimer{recheck});
  }
}

void Controller::State::note_decisions() {
  const model::TransitionGraph& graph = transition_->graph();
  std::set<model::Decision> decisions;
  for (const model::Decision& decision : graph.decisions) {
    decisions.insert(decision);
    if (!noted_decisions_.contains(decision)) {
      note(LogLevel::notice, "planned",
           {{"action", decision.verb},
            {"resource", decision.resource},
            {"details", decision.details},
            {"reason", decision.reason},
            {"blocked", decision.blocked ? "yes" : "no"}});
    }
  }
  noted_decisions_ = std::move(decisions);
  for (const std::string& warning : graph.warnings) {
    if (std::find(noted_warnings_.begin(), noted_warnings_.end(), warning) ==
        noted_warnings_.end()) {
      note(LogLevel::warning, warning);
    }
  }
  noted_warnings_ = graph.warnings;
}

void Controller::State::dispatch() {
  if (!transition_ || !transition_->has_ready()) {
    return;
  }
  const Room room(limit_of(cib(), "batch-limit", kBatchLimit),
                  limit_of(cib(), "node-action-limit", kNodeLimit), replica_.in_flight());
  const auto name = [this](const model::GraphAction& action) {
    return std::to_string(action.id) + ":" + std::to_string(transition_number_) + ":" +
           std::to_string(action.expected_rc) + ":" + transition_uuid_;
  };
  RunActions run;
  for (const Transition::Dispatch& next : transition_->take_ready(room, name)) {
    const model::GraphAction& action = *next.action;
    run.actions.push_back({.key = next.key,
                           .node = action.node,
                           .resource = action.resource,
                           .task = action.task,
                           .agent = action.agent,
                           .interval = action.interval,
                           .timeout = action.timeout,
                           .on_fail = action.on_fail,
                           .parameters = action.parameters,
                           .meta = action.meta});
    undelivered_.insert(next.key);
  }
  if (!run.actions.empty()) {
    send(std::move(run));
  }
}

void Controller::State::report() {
  PlanReport report;
  if (transition_) {
    report.blocked = transition_->blocked();
  } else if (!plan_error_.empty()) {
    report.blocked = {"no plan can be made: " + plan_error_};
  }
  report.idle = !dirty_ && undelivered_.empty() && replica_.in_flight().empty() &&
                (!transition_ || transition_->ended());
  report.position = report.idle ? replica_.position() : 0;
  if (!sent_report_ || !(*sent_report_ == report)) {
    sent_report_ = report;
    send(report);
  }
}

void Controller::State::watch_deadlines() {
  std::erase_if(deadlines_,
                [this](const auto& entry) { return !replica_.in_flight().contains(entry.first); });
  bool changed = false;
  for (const auto& [key, action] : replica_.in_flight()) {
    changed |= deadlines_.emplace(key, now_.steady + action.timeout + kAnswerGrace).second;
  }
  if (changed) {
    const auto first =
        std::min_element(deadlines_.begin(), deadlines_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    emit(ArmTimer{deadline, first->second});
  }
}

void Controller::State::give_up_overdue() {
  if (!leading_) {
    return;
  }
  for (auto& [key, due] : deadlines_) {
    if (due <= now_.steady) {
      due = now_.steady + kAnswerGrace;
      send(OperationLost{key});
    }
  }
  if (!deadlines_.empty()) {
    arm(deadline, kAnswerGrace);
  }
}

}  // namespace mainstay::controller
