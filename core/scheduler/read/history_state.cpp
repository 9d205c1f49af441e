// SPDX-License-Identifier: Apache-2.0
// The meaning of one recorded operation: pending, success, or failure with its policy. The
// strongest failure wins; a later success clears the weaker policies.
#include <algorithm>

#include "core/scheduler/read/digests.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryDemand;
using model::HistoryEntry;
using model::OnFail;
using model::Resource;
using model::Role;

constexpr int kPending = -1, kDone = 0;
constexpr int kCancelled = 1;
constexpr int kError = 4;
constexpr int kErrorHard = 5;
constexpr int kErrorFatal = 6;
constexpr int kNotInstalled = 7;

bool is_probe(const HistoryEntry& entry) {
  return entry.task == "monitor" && entry.interval == Duration(0);
}

std::string operation_key(const HistoryEntry& entry) {
  return entry.task + "_" + std::to_string(entry.interval.count());
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

int degraded_to_plain(int rc) {
  if (rc == 190) {
    return 0;
  }
  return rc == 191 ? 8 : rc;
}

}  // namespace

void HistoryReading::demand(HistoryDemand::Kind kind, const std::string& reason) {
  for (HistoryDemand& known : reading_.state.demands) {
    if (known.kind == kind && known.resource == index_ && known.node == node_) {
      known.optional = false;
      return;
    }
  }
  reading_.state.demands.push_back({kind, index_, node_, reason});
}

/// An anonymous clone is banned as a whole.
int HistoryReading::ban_target() {
  if (resource().unique || resource().removed) {
    return index_;
  }
  return reading_.state.top_of(index_);
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

/// The failed monitor of a connection that is retried stands until its node was fenced.
bool HistoryReading::waits_for_fencing(const HistoryEntry& entry) {
  const Resource& r = resource();
  return r.remote_reconnect > Duration(0) && reading_.state.options.fencing_enabled &&
         entry.task == "monitor" && entry.interval > Duration(0) && r.remote_node >= 0 &&
         !reading_.node(r.remote_node).remote_was_fenced;
}

bool HistoryReading::expired(const HistoryEntry& entry) {
  Resource& r = resource();
  const auto& state = reading_.state;
  const bool last_failure = ends_with(entry.id, "_last_failure_0");
  bool result = false;
  std::string clear_reason;
  const std::int64_t timeout = r.failure_timeout.count() / 1000;
  if (timeout > 0 && entry.last_change > 0) {
    result = reading_.now_seconds() >= entry.last_change + timeout && !waits_for_fencing(entry);
    if (!result && degraded_to_plain(entry.rc) != entry.expected_rc) {
      const WallTime when{std::chrono::seconds(entry.last_change + timeout)};
      auto& recheck = reading_.state.recheck_at;
      if (!recheck || *recheck > when) {
        recheck = when;
      }
    }
  }
  if (result && fail_count(state, index_, node_, false) > 0) {
    if (fail_count(state, index_, node_, true) == 0) {
      clear_reason = "it expired";
    } else {
      result = false;
    }
  }
  if (clear_reason.empty() && last_failure && !is_named_by_host(r, node_) &&
      (entry.task == "start" || entry.task == "monitor")) {
    const DigestMatch match = compare_digests(state, r, node_, entry);
    if (match == DigestMatch::all_changed || match == DigestMatch::restart_changed) {
      clear_reason = "resource parameters have changed";
    }
  }
  if (!clear_reason.empty()) {
    demand(HistoryDemand::Kind::clear_failcount, clear_reason);
  }
  if (result && is_probe(entry)) {
    const int rc = degraded_to_plain(entry.rc);
    result = rc != 0 && rc != 7 && rc != 8;
  }
  return result;
}

int HistoryReading::judge_exit_code(const HistoryEntry& entry, int rc, bool is_expired) {
  Resource& r = resource();
  int status = entry.status;
  if (status != kDone && status != kError) {
    return status;
  }
  if (entry.rc != rc) {
    reading_.state.failed_operations.push_back({index_, node_, entry});
  }
  if (entry.expected_rc < 0) {
    status = rc == 0 ? kDone : kError;
  } else {
    status = rc == entry.expected_rc ? kDone : kError;
  }
  switch (rc) {
    case 0:
      return is_probe(entry) && entry.expected_rc == 7 ? kDone : status;
    case 7:
      if (is_probe(entry) || entry.expected_rc == 7 || !r.managed) {
        r.role = Role::stopped;
        on_fail_ = OnFail::ignore;
        r.next_role = Role::unknown;
        return kDone;
      }
      return status;
    case 8:
      if (is_probe(entry) && rc != entry.expected_rc) {
        status = kDone;
      }
      if (!is_expired || rc == entry.expected_rc) {
        r.role = Role::promoted;
      }
      return status;
    case 9:
      if (!is_expired) {
        r.role = Role::promoted;
      }
      return kError;
    case 6:
      return kErrorFatal;
    case 3:
      return entry.interval > Duration(0) ? kError : kErrorHard;
    case 2:
    case 4:
    case 5: {
      const auto& options = reading_.state.options;
      const bool can_fence =
          options.fencing_enabled && options.have_fencing_device &&
          (options.have_quorum || options.quorum_policy == model::QuorumPolicy::ignore ||
           reading_.node(node_).online);
      if (!can_fence && entry.task == "stop" && !is_expired) {
        r.managed = false;
        r.blocked = true;
      }
      return kErrorHard;
    }
    default:
      return status == kDone ? kError : status;
  }
}

void HistoryReading::take_pending(const HistoryEntry& entry) {
  Resource& r = resource();
  if (entry.task == "start") {
    r.start_pending = true;
    set_active();
  } else if (entry.task == "promote") {
    r.role = Role::promoted;
  } else if (entry.task == "migrate_to" && reading_.node(node_).unclean) {
    const int target = reading_.state.find_node(entry.migrate_target);
    if (target >= 0) {
      reading_.state.demands.push_back({HistoryDemand::Kind::stop, index_, target, ""});
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
  bool clear = false;
  if (rc == 5) {
    r.role = Role::stopped;
  } else if (rc == 7) {
    clear = true;
  } else if (entry.task == "monitor") {
    clear = last_failure_ != nullptr && operation_key(*last_failure_) == operation_key(entry);
    if (r.role < Role::started) {
      set_active();
    }
  } else if (entry.task == "start") {
    set_active();
    clear = true;
  } else if (entry.task == "stop") {
    r.role = Role::stopped;
    clear = true;
  } else if (entry.task == "promote") {
    r.role = Role::promoted;
    clear = true;
  } else if (entry.task == "demote") {
    clear = on_fail_ == OnFail::demote;
    r.role = Role::unpromoted;
  } else if (entry.task == "migrate_from") {
    set_active();
    clear = true;
  } else if (entry.task == "migrate_to") {
    take_migration_success(entry);
  } else if (r.role < Role::started) {
    set_active();
  }
  if (!clear) {
    return;
  }
  if (on_fail_ == OnFail::block || on_fail_ == OnFail::ignore || on_fail_ == OnFail::demote ||
      on_fail_ == OnFail::restart || on_fail_ == OnFail::restart_container ||
      (on_fail_ == OnFail::reset_remote && r.remote_reconnect == Duration(0))) {
    on_fail_ = OnFail::ignore;
    r.next_role = Role::unknown;
  }
}

void HistoryReading::take_failure(const HistoryEntry& entry, int rc, OnFail policy,
                                  Role fail_role) {
  Resource& r = resource();
  auto& state = reading_.state;
  last_failure_ = &entry;
  if (rc != 5 || state.options.symmetric) {
    state.failed_operations.push_back({index_, node_, entry});
  }
  on_fail_ = std::max(on_fail_, policy);
  if (entry.task == "stop") {
    add_location(state, index_, node_, -model::kInfinity, "__stop_fail__");
  } else if (entry.task == "migrate_to" || entry.task == "migrate_from") {
    take_migration_failure(entry);
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
  if (fail_role == Role::stopped) {
    r.next_role = Role::stopped;
    // Instances that nobody can tell apart stay down together.
    const int all = ban_target();
    const bool instance = reading_.resource(all).variant == model::Variant::clone;
    add_location(state, instance ? all : index_, -1, -model::kInfinity, "on-fail=stop");
  } else if (r.next_role < fail_role && fail_role != Role::started) {
    r.next_role = fail_role;
  }
}

void HistoryReading::take(HistoryEntry& entry) {
  if (entry.task == "notify" || entry.task == "meta-data" || entry.status == kCancelled) {
    return;
  }
  if (entry.status == kPending || entry.rc == 193) {
    take_pending(entry);
    return;
  }
  const bool is_expired = expired(entry);
  const int rc = degraded_to_plain(entry.rc);
  const int status = judge_exit_code(entry, rc, is_expired);
  if (status != kDone && is_expired) {
    if (entry.interval > Duration(0) && reading_.node(node_).online &&
        !reading_.node(node_).unclean) {
      entry.digest = "calculated-failure-timeout";
    }
    return;
  }
  const bool hidden_probe = is_probe(entry) && status != kDone && (rc == 5 || rc == 2);
  if (hidden_probe) {
    reading_.state.failed_operations.push_back({index_, node_, entry});
    if (resource().role <= Role::stopped) {
      resource().role = Role::stopped;
    }
    add_location(reading_.state, ban_target(), node_, -model::kInfinity, "masked-probe-failure");
    return;
  }
  if (status == kDone) {
    take_success(entry, rc);
    return;
  }
  const auto [policy, fail_role] = failure_handling(entry);
  if (status == kNotInstalled) {
    add_location(reading_.state, ban_target(), node_, -model::kInfinity, "hard-error");
    take_failure(entry, rc, policy == OnFail::ignore ? OnFail::restart : policy, fail_role);
    return;
  }
  if (policy == OnFail::ignore || (policy == OnFail::restart_container && entry.task == "stop")) {
    take_success(entry, entry.expected_rc);
    resource().failure_ignored = true;
    reading_.state.failed_operations.push_back({index_, node_, entry});
    if (policy == OnFail::restart_container) {
      on_fail_ = std::max(on_fail_, policy);
    }
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
  entries_ = &entries;
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
