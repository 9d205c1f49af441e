// SPDX-License-Identifier: Apache-2.0
// Ordered messages: every member does the same to its replica; then the one whom it concerns acts.
#include <algorithm>
#include <utility>

#include "core/cib/history.h"
#include "core/cib/query.h"
#include "core/controller/controller_state.h"

namespace mainstay::controller {

void Controller::State::receive(std::uint32_t from, Envelope envelope) {
  const bool joining = std::holds_alternative<Offer>(envelope.message) ||
                       std::holds_alternative<Snapshot>(envelope.message);
  if (!joining && awaited_) {
    awaited_->after.emplace_back(from, std::move(envelope));
    if (awaited_->after.size() > kMaxKept) {
      note(LogLevel::error,
           "too much happened while the cluster's state was awaited; asking again");
      begin_round(ballot_ + 1);
    }
    return;
  }
  if (!joining) {
    const auto member = replica_.members().find(from);
    if (!live_ || member == replica_.members().end() ||
        member->second.session != envelope.session) {
      return;  // said before its sender took over our state, or in another part of the cluster
    }
  }
  std::visit([&](const auto& message) { act(from, envelope.sent, message); }, envelope.message);
}

void Controller::State::act(std::uint32_t from, WallTime, const Offer& message) {
  receive_offer(from, message);
}

void Controller::State::act(std::uint32_t, WallTime, const Snapshot& message) {
  receive_snapshot(message);
}

void Controller::State::answer_change(std::uint32_t from, std::uint64_t request, const Status& done,
                                      const cib::Version& before) {
  if (done) {
    dirty_ = true;
    drop_orphaned_monitors();
  }
  if (from != self_.id || request == 0) {
    return;
  }
  if (!done) {
    emit(clients_.refused(request, done.error()));
    return;
  }
  const cib::Version after = cib().version();
  const bool config = after.epoch != before.epoch || after.admin_epoch != before.admin_epoch;
  std::string detail = after.text();
  if (config && !view_.quorate) {
    detail += "; this partition has no quorum: the change is lost if another partition has it";
  }
  emit(clients_.applied(request, after, !config || replica_.config_digest() == stored_digest_,
                        std::move(detail)));
}

void Controller::State::act(std::uint32_t from, WallTime sent, const EditCib& message) {
  const cib::Version before = cib().version();
  const Status done = replica_.apply(message, sent);
  answer_change(from, message.request, done, before);
}

void Controller::State::act(std::uint32_t from, WallTime sent, const SwapCib& message) {
  const cib::Version before = cib().version();
  const Status done = replica_.apply(message, sent);
  answer_change(from, message.request, done, before);
}

void Controller::State::act(std::uint32_t, WallTime sent, const RunActions& message) {
  replica_.apply(message, sent);
  for (const OrderedAction& action : message.actions) {
    const bool waits = replica_.in_flight().contains(action.key);
    if (undelivered_.erase(action.key) > 0 && !waits && transition_) {
      transition_->finish(action.key, true);  // done by the recording itself
    }
    if (waits && action.node == self_.name) {
      run_here(action);
    }
  }
  if (std::any_of(message.actions.begin(), message.actions.end(), forgets_history)) {
    drop_orphaned_monitors();
  }
}

void Controller::State::run_here(const OrderedAction& action) {
  if (action.task == "do_shutdown") {
    told_to_leave_ = true;
    return;
  }
  if (action.task == "cancel") {
    const auto operation = action.meta.find("operation");
    OperationCancelled cancelled{
        .key = action.key,
        .node = self_.name,
        .resource = action.resource,
        .operation = operation == action.meta.end() ? "monitor" : operation->second,
        .interval = action.interval};
    std::vector<Effect> effects;
    local_.cancel(cancelled.resource, cancelled.operation, cancelled.interval, effects);
    emit(std::move(effects));
    send(std::move(cancelled));
    return;
  }
  if (action.resource.empty()) {
    note(LogLevel::warning, "an action is unknown here", {{"action", describe(action)}});
    send(OperationLost{action.key});
    return;
  }
  emit(local_.order(action));
}

void Controller::State::note_result(const OperationResult& result) {
  const bool good = is_expected(result, cib::expected_rc(result.action.key));
  const bool probe = result.action.task == "monitor" && result.action.interval == Duration{0};
  if (result.action.node != self_.name || result.status == model::OperationStatus::cancelled) {
    return;
  }
  LogFields fields{{"resource", result.action.resource},
                   {"action", result.action.task},
                   {"rc", std::to_string(result.rc)},
                   {"took_ms", std::to_string(result.took.count())}};
  if (!result.exit_reason.empty()) {
    fields.emplace_back("reason", result.exit_reason);
  }
  note(good || probe ? LogLevel::info : LogLevel::warning,
       good || probe ? "an action ended" : "an action failed", std::move(fields));
}

void Controller::State::act(std::uint32_t, WallTime sent, const OperationResult& message) {
  replica_.apply(message, sent);
  note_result(message);
  const std::string& key = message.action.key;
  const model::GraphAction* wanted = transition_ ? transition_->action_of(key) : nullptr;
  const bool success = wanted != nullptr && is_expected(message, wanted->expected_rc);
  if (transition_) {
    transition_->finish(key, success);
  }
  dirty_ = dirty_ || !success;
}

void Controller::State::act(std::uint32_t, WallTime, const OperationCancelled& message) {
  replica_.apply(message);
  if (transition_) {
    transition_->finish(message.key, true);
  }
}

void Controller::State::act(std::uint32_t, WallTime sent, const OperationLost& message) {
  const auto lost = replica_.in_flight().find(message.key);
  if (lost != replica_.in_flight().end()) {
    note(LogLevel::error, "no answer about an action; it counts as failed",
         {{"action", describe(lost->second)}});
  }
  replica_.apply(message, sent);
  if (transition_) {
    transition_->finish(message.key, false);
  }
  dirty_ = true;
}

void Controller::State::act(std::uint32_t from, WallTime, const NodeAttribute& message) {
  const std::uint64_t before = replica_.position();
  const bool changed = replica_.apply(message);
  const auto value = replica_.attribute(message.node, message.name);
  if (changed) {
    note(LogLevel::info, "an attribute changed",
         {{"node", message.node}, {"name", message.name}, {"value", value.value_or("(deleted)")}});
    dirty_ = dirty_ || replica_.position() != before;
  }
  const bool counted = value != message.value;
  if ((message.request != 0 || counted) && message.node == self_.name) {
    attributes_.adopt(message.name, value, replica_.is_private(message.name));
  }
  if (message.request != 0 && from == self_.id) {
    emit(clients_.applied(message.request, cib().version(), true, {}));
  }
}

void Controller::State::act(std::uint32_t from, WallTime sent, const ShutdownNode&) {
  note(LogLevel::notice, "a node wants to leave", {{"node", name_of(from)}});
  replica_.apply_shutdown(from, sent);
  dirty_ = true;
}

void Controller::State::act(std::uint32_t from, WallTime, const Leaving&) {
  replica_.apply_leaving(from);
  dirty_ = true;
  if (from == self_.id) {
    leave("");
  }
}

void Controller::State::act(std::uint32_t, WallTime sent, const Facts& message) {
  const Status done = replica_.apply(message, sent);
  if (!done) {
    note(LogLevel::warning, "a node could not be listed in the CIB",
         {{"reason", done.error().context}});
  }
  dirty_ = true;
}

void Controller::State::act(std::uint32_t, WallTime, const PlanReport& message) {
  replica_.apply(message);
}

void Controller::State::drop_orphaned_monitors() {
  if (local_.recurring() == 0) {
    return;
  }
  emit(local_.keep_only([this](const OrderedAction& action) {
    return replica_.in_flight().contains(action.key) ||
           cib::has_recurring_history(cib(), self_.name, action.resource, action.task,
                                      action.interval);
  }));
}

}  // namespace mainstay::controller
