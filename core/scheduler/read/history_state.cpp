// SPDX-License-Identifier: Apache-2.0
// The meaning of one recorded operation: pending, success, or failure with its policy. The
// strongest failure wins; a later success clears the weaker policies.
#include <algorithm>
#include <string_view>

#include "core/scheduler/read/fenceable.h"
#include "core/scheduler/read/history.h"
#include "core/scheduler/read/lookup.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryDemand;
using model::HistoryEntry;
using model::OnFail;
using model::Resource;
using model::Role;

constexpr int kPending = -1, kDone = 0;
constexpr int kError = 4;
constexpr int kErrorHard = 5;
constexpr int kErrorFatal = 6;
constexpr int kNotInstalled = 7;
constexpr int kNotConnected = 8;
constexpr int kNoFenceDevice = 10;
constexpr int kNoSecrets = 11;

std::string operation_key(const HistoryEntry& entry) {
  return std::string(entry.task) + "_" + std::to_string(entry.interval.count());
}

int degraded_to_plain(int rc) {
  if (rc == 190) {
    return 0;
  }
  return rc == 191 ? 8 : rc;
}

}  // namespace

void demand(model::ClusterState& state, HistoryDemand wanted) {
  for (HistoryDemand& known : state.demands) {
    if (known.kind == wanted.kind && known.resource == wanted.resource &&
        known.node == wanted.node) {
      known.optional = false;
      return;
    }
  }
  state.demands.push_back(std::move(wanted));
}

void HistoryReading::demand(HistoryDemand::Kind kind, const std::string& reason) {
  scheduler::demand(reading_.state, {kind, index_, node_, reason});
}

/// What has a second entry, as the last failure, is listed once; what failed on a node that is gone
/// is nobody's concern any more.
void HistoryReading::list_failure(const HistoryEntry& entry) {
  if (!reading_.node(node_).online) {
    return;
  }
  const auto& listed = reading_.state.failed_operations;
  if (!entry.key.empty() &&
      std::any_of(listed.begin(), listed.end(), [&](const model::FailedOperation& one) {
        return one.key == entry.key && one.node == node_;
      })) {
    return;
  }
  reading_.state.failed_operations.push_back(
      {index_, node_, std::string(entry.task), entry.interval, entry.rc, entry.status,
       entry.call_id, entry.last_change, std::string(entry.exit_reason), std::string(entry.id),
       std::string(entry.key), entry.exec_time, entry.queue_time});
}

/// An anonymous clone is banned as a whole; what is in a bundle stands for the instances inside,
/// not for the containers.
int HistoryReading::ban_target() {
  return resource().unique ? index_ : top_below_bundle(reading_.state, index_);
}

void HistoryReading::set_active() {
  int top = index_;
  bool promotable = false;
  while (top >= 0) {
    promotable = promotable || reading_.resource(top).promotable;
    top = reading_.resource(top).parent;
  }
  resource().role = promotable ? Role::unpromoted : Role::started;
}

bool HistoryReading::masks_failure(const HistoryEntry& entry) {
  for (int around = resource().parent; around >= 0; around = reading_.resource(around).parent) {
    if (reading_.resource(around).variant == model::Variant::bundle) {
      return false;
    }
  }
  return is_probe(entry) && (entry.rc == 5 || entry.rc == 2 || entry.status == kNotInstalled);
}

/// A stop that failed for good can only be followed by fencing.
void HistoryReading::block_if_stop_failed(const HistoryEntry& entry) {
  const auto is_online = [this](int node) { return reading_.node(node).online; };
  if (entry.task == "stop" && !can_fence(reading_.state, node_, is_online)) {
    resource().managed = false;
    resource().blocked = true;
  }
}

void HistoryReading::not_running() {
  resource().role = Role::stopped;
  resource().next_role = Role::unknown;
  on_fail_ = OnFail::ignore;
}

int HistoryReading::judge_status(const HistoryEntry& entry, int& rc, bool is_expired) {
  if (masks_failure(entry)) {
    rc = 7;
    return judge_exit_code(entry, rc, is_expired);
  }
  if (entry.status == kNoFenceDevice || entry.status == kNoSecrets) {
    return kErrorHard;
  }
  if (entry.status != kDone && entry.status != kError) {
    return entry.status;
  }
  if (entry.rc != rc) {
    list_failure(entry);
  }
  return judge_exit_code(entry, rc, is_expired);
}

int HistoryReading::judge_exit_code(const HistoryEntry& entry, int rc, bool is_expired) {
  Resource& r = resource();
  const int status = entry.expected_rc >= 0 && rc == entry.expected_rc ? kDone : kError;
  switch (rc) {
    case 0:
      return is_probe(entry) && entry.expected_rc == 7 ? kDone : status;
    case 7:
      if (is_probe(entry) || entry.expected_rc == 7 || !r.managed) {
        not_running();
        return kDone;
      }
      return status;
    case 8:
      if (!is_expired || counts_though_expired(entry, rc)) {
        r.role = Role::promoted;
      }
      return is_probe(entry) ? kDone : status;
    case 9:
      if (!is_expired || counts_though_expired(entry, rc)) {
        r.role = Role::promoted;
      }
      return kError;
    case 6:
      return kErrorFatal;
    case 3:
      if (entry.interval > Duration(0)) {
        return kError;
      }
      [[fallthrough]];
    case 2:
    case 4:
    case 5:
      if (!is_expired || counts_though_expired(entry, rc)) {
        block_if_stop_failed(entry);
      }
      return kErrorHard;
    default:
      return kError;
  }
}

void HistoryReading::take_pending(const HistoryEntry& entry) {
  Resource& r = resource();
  // The failure of a recurring monitor is recorded beside it.
  if (last_failure_ != nullptr && operation_key(*last_failure_) == operation_key(entry) &&
      last_failure_->last_change >= entry.last_change) {
    return;
  }
  if (entry.task == "start") {
    r.start_pending = true;
    set_active();
  } else if (entry.task == "promote") {
    r.role = Role::promoted;
  } else if (entry.task == "migrate_to" && reading_.node(node_).unclean) {
    const int target = reading_.state.find_node(entry.migrate_target);
    if (target >= 0) {
      demand_stop(reading_, index_, target, "");
    }
  }
  if (r.pending_task.empty() && !is_probe(entry)) {
    r.pending_task = entry.task;
    r.pending_interval = entry.interval;
    r.pending_node = node_;
  }
}

void HistoryReading::take_success(const HistoryEntry& entry, int rc) {
  Resource& r = resource();
  if (rc == 5 || masks_failure(entry)) {
    r.role = Role::stopped;
  } else if (rc == 7) {
    clear_failure();
  } else if (entry.task == "start" || entry.task == "migrate_from") {
    set_active();
    clear_failure();
  } else if (entry.task == "stop") {
    r.role = Role::stopped;
    clear_failure();
  } else if (entry.task == "promote") {
    r.role = Role::promoted;
    clear_failure();
  } else if (entry.task == "demote") {
    r.role = Role::unpromoted;
    if (on_fail_ == OnFail::demote) {
      clear_failure();
    }
  } else if (entry.task == "migrate_to") {
    take_migration_success(entry);
  } else {
    if (r.role < Role::started) {
      set_active();
    }
    if (last_failure_ != nullptr && operation_key(*last_failure_) == operation_key(entry)) {
      clear_failure();
    }
  }
}

/// A result that is good again lets be what asked for no more than a recovery.
void HistoryReading::clear_failure() {
  if (on_fail_ == OnFail::block || on_fail_ == OnFail::ignore || on_fail_ == OnFail::demote ||
      on_fail_ == OnFail::restart || on_fail_ == OnFail::restart_container ||
      (on_fail_ == OnFail::reset_remote && resource().remote_reconnect == Duration(0))) {
    on_fail_ = OnFail::ignore;
    resource().next_role = Role::unknown;
  }
}

void HistoryReading::take_failure(const HistoryEntry& entry, int rc, OnFail policy,
                                  Role fail_role) {
  Resource& r = resource();
  auto& state = reading_.state;
  last_failure_ = &entry;
  if (rc != 5 || state.options.symmetric) {
    list_failure(entry);
  }
  on_fail_ = std::max(on_fail_, policy);
  if (entry.task == "stop") {
    add_location(state, index_, node_, -model::kInfinity, "__stop_fail__");
  } else if (entry.task == "migrate_to") {
    take_migration_to_failure(entry);
  } else if (entry.task == "migrate_from") {
    take_migration_from_failure(entry);
  } else if (entry.task == "promote") {
    r.role = Role::promoted;
  } else if (entry.task == "demote") {
    if (policy == OnFail::block) {
      r.role = Role::promoted;
      r.next_role = Role::stopped;
    } else {
      r.role = rc == 7 ? Role::stopped : Role::unpromoted;
    }
  }
  if (is_probe(entry) && rc == 5) {
    r.role = Role::stopped;
  } else if (r.role < Role::started) {
    set_active();
  }
  if (r.next_role < fail_role && fail_role != Role::started) {
    r.next_role = fail_role;
  }
  if (fail_role == Role::stopped) {
    // Instances that nobody can tell apart stay down together.
    const int all = ban_target();
    const bool instance = reading_.resource(all).variant == model::Variant::clone;
    add_location(state, instance ? all : index_, -1, -model::kInfinity, "on-fail=stop");
  }
}

void HistoryReading::mask_failure(const HistoryEntry& entry) {
  resource().role = Role::stopped;
  list_failure(entry);
  add_location(reading_.state, ban_target(), node_, -model::kInfinity, "masked-probe-failure");
}

void HistoryReading::ignore_failure(const HistoryEntry& entry, OnFail policy) {
  take_success(entry, entry.expected_rc);
  resource().failure_ignored = true;
  list_failure(entry);
  if (policy == OnFail::restart_container) {
    on_fail_ = std::max(on_fail_, policy);
  }
}

void HistoryReading::take(HistoryEntry& entry) {
  if (!affects_state(entry)) {
    return;
  }
  const bool is_expired = expired(entry);
  int rc = degraded_to_plain(entry.rc);
  const int status = judge_status(entry, rc, is_expired);
  if (is_expired && forget(entry, rc)) {
    return;
  }
  if (masks_failure(entry)) {
    mask_failure(entry);
    return;
  }
  if (status == kPending) {
    take_pending(entry);
    return;
  }
  if (status == kDone) {
    take_success(entry, rc);
    return;
  }
  const auto [policy, fail_role] = failure_handling(entry);
  if (status == kNotInstalled) {
    if (policy == OnFail::ignore) {  // there is no agent to go on with
      on_fail_ = OnFail::ban;
    }
    add_location(reading_.state, ban_target(), node_, -model::kInfinity, "hard-error");
    take_failure(entry, rc, policy, fail_role);
    return;
  }
  const int connection = reading_.node(node_).remote_resource;
  if (status == kNotConnected && connection >= 0 && reading_.resource(connection).managed) {
    reading_.resource(connection).failed = true;
    reading_.resource(connection).stop_if_failed = true;
  }
  if (policy == OnFail::ignore || (policy == OnFail::restart_container && entry.task == "stop")) {
    ignore_failure(entry, policy);
    return;
  }
  take_failure(entry, rc, policy, fail_role);
  if (status == kErrorHard) {
    add_location(reading_.state, ban_target(), node_, -model::kInfinity, "hard-error");
  } else if (status == kErrorFatal) {
    add_location(reading_.state, ban_target(), -1, -model::kInfinity, "fatal-error");
  }
}

void HistoryReading::run(std::vector<HistoryEntry>& entries) {
  const Role known = resource().role;
  resource().role = Role::unknown;
  for (HistoryEntry& entry : entries) {
    take(entry);
  }
  finish();
  Resource& r = resource();
  if (r.target_role == Role::stopped || r.target_role == Role::unpromoted) {
    if (r.next_role == Role::unknown || r.target_role < r.next_role) {
      r.next_role = r.target_role;
    }
  }
  r.role = std::max(r.role, known);
}

}  // namespace mainstay::scheduler
