// SPDX-License-Identifier: Apache-2.0
// Which recorded results still count: a failure is forgotten failure-timeout after it happened, if
// nothing of the resource failed since on that node; and once the parameters it failed with are
// others. Pacemaker Explained, "Failure Timeout".
#include "core/scheduler/read/digests.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryDemand;
using model::HistoryEntry;
using model::Resource;
using model::Role;

constexpr int kNotInstalled = 7;

bool is_last_failure(const HistoryEntry& entry) {
  return entry.id.ends_with("_last_failure_0");
}

/// Tells where the resource runs, and so is no failure to forget.
bool is_finding(int rc) {
  return rc == 0 || rc == 7 || rc == 8 || rc == 190 || rc == 191;
}

}  // namespace

/// The failed monitor of a connection that is retried stands until its node was fenced.
bool HistoryReading::waits_for_fencing(const HistoryEntry& entry) {
  const Resource& r = resource();
  return r.remote_reconnect > Duration(0) && reading_.state.options.fencing_enabled &&
         entry.task == "monitor" && entry.interval > Duration(0) && r.remote_node >= 0 &&
         !reading_.node(r.remote_node).remote_was_fenced;
}

bool HistoryReading::failure_expired(const HistoryEntry& entry) {
  Resource& r = resource();
  const std::int64_t timeout = r.failure_timeout.count() / 1000;
  if (entry.status == kNotInstalled || timeout <= 0 || entry.last_change <= 0) {
    return false;
  }
  const int failures = fail_count(reading_.state, index_, node_);
  if (failures > 0 && failure_blocks(r, entry)) {
    r.failure_timeout = Duration(0);  // whatever else of it failed stays, too
  }
  if (reading_.now_seconds() < entry.last_change + timeout) {
    if (entry.rc != entry.expected_rc) {
      const WallTime when{std::chrono::seconds(entry.last_change + timeout)};
      auto& recheck = reading_.state.recheck_at;
      recheck = !recheck || *recheck > when ? when : *recheck;
    }
    return false;
  }
  if (waits_for_fencing(entry)) {
    return false;
  }
  if (failures == 0) {
    if (is_last_failure(entry) && r.remote_reconnect > Duration(0)) {
      demand(HistoryDemand::Kind::clear_failcount, "reconnect interval is set");
    }
    return true;
  }
  if (r.failure_timeout == Duration(0) || effective_fail_count(reading_.state, index_, node_) > 0) {
    return false;
  }
  demand(HistoryDemand::Kind::clear_failcount, "it expired");
  return true;
}

bool HistoryReading::parameters_changed(const HistoryEntry& entry) {
  if (!is_last_failure(entry) || is_named_by_host(resource(), node_) ||
      (entry.task != "start" && entry.task != "monitor")) {
    return false;
  }
  return differs(compare_digests(reading_.state, resource(), node_, entry));
}

bool HistoryReading::expired(const HistoryEntry& entry) {
  const bool result = failure_expired(entry);
  if (!result && parameters_changed(entry)) {
    demand(HistoryDemand::Kind::clear_failcount, "resource parameters have changed");
  }
  return result && !(is_probe(entry) && is_finding(entry.rc));
}

bool HistoryReading::forget(HistoryEntry& entry, int rc) {
  Resource& r = resource();
  if (masks_failure(entry) && entry.rc != entry.expected_rc) {
    r.role = r.role <= Role::stopped ? Role::unknown : r.role;  // to be probed again
    return true;
  }
  if (rc == entry.expected_rc) {
    return false;
  }
  if (entry.interval == Duration(0)) {
    return true;
  }
  const model::NodeState& node = reading_.node(node_);
  if (!node.online || node.unclean) {
    return false;
  }
  entry.forgotten = true;
  return true;
}

}  // namespace mainstay::scheduler
