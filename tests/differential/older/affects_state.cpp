// SPDX-License-Identifier: Apache-2.0
// 2.1.5: whatever is in a history tells that the resource runs, also that its monitor was cancelled
// after it was stopped; only notifications and the agent's description do not. A stop that failed
// for good and the code of a failed promoted resource count although they expired.
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {

bool affects_state(const model::HistoryEntry& entry) {
  constexpr int kCancelled = 1;
  return entry.task != "notify" && entry.task != "meta-data" && entry.status != kCancelled;
}

bool counts_though_expired(const model::HistoryEntry& entry, int rc) {
  constexpr int kRunningPromoted = 8;
  return rc != kRunningPromoted || rc == entry.expected_rc;
}

}  // namespace mainstay::scheduler
