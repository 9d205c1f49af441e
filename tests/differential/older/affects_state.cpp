// SPDX-License-Identifier: Apache-2.0
// 2.1.5: whatever is in a history tells that the resource runs, also that its monitor was cancelled
// after it was stopped; only notifications and the agent's description do not.
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {

bool affects_state(const model::HistoryEntry& entry) {
  constexpr int kCancelled = 1;
  return entry.task != "notify" && entry.task != "meta-data" && entry.status != kCancelled;
}

}  // namespace mainstay::scheduler
