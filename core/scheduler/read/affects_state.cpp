// SPDX-License-Identifier: Apache-2.0
// Which entries of a history tell anything about the state of a resource: results of the actions
// that are known to; not that something was cancelled, nor what has no result. Of a failure that
// expired only an exit code that was expected tells anything.
#include <set>
#include <string_view>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {

bool affects_state(const model::HistoryEntry& entry) {
  constexpr int kPending = -1;
  constexpr int kCancelled = 1;
  constexpr int kNoSecrets = 11;
  static const std::set<std::string_view> tasks{
      "monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon"};
  return tasks.contains(entry.task) && entry.status >= kPending && entry.status <= kNoSecrets &&
         entry.status != kCancelled && entry.rc >= 0;
}

bool counts_though_expired(const model::HistoryEntry& entry, int rc) {
  return rc == entry.expected_rc;
}

}  // namespace mainstay::scheduler
