// SPDX-License-Identifier: Apache-2.0
// Fail counts: the sum of fail-count-RSC#OP_INTERVAL over operations. They expire together after
// failure-timeout, unless an operation with on-fail=block failed.
#include <algorithm>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

/// "RSC#OP_INTERVAL" belongs to this resource (an anonymous instance may be written with a number).
bool is_key_of(const std::string& key, const model::Resource& resource) {
  const auto hash = key.find('#');
  const std::string name = key.substr(0, hash);
  if (name == resource.id || (!resource.unique && name == resource.base)) {
    return true;
  }
  if (resource.unique || name.rfind(resource.base + ":", 0) != 0) {
    return false;
  }
  return name.find_first_not_of("0123456789", resource.base.size() + 1) == std::string::npos;
}

}  // namespace

bool failures_block(const model::ClusterState& state, int index, int node) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  const auto blocks = [&](const model::HistoryEntry& entry) {
    return std::any_of(resource.operations.begin(), resource.operations.end(),
                       [&](const model::Operation& op) {
                         const auto policy = op.meta.find("on-fail");
                         return policy != op.meta.end() && policy->second == "block" &&
                                op.name == entry.task && op.interval == entry.interval;
                       });
  };
  for (const auto& history : state.nodes[static_cast<std::size_t>(node)].history) {
    if (std::find(history.resources.begin(), history.resources.end(), index) ==
        history.resources.end()) {
      continue;
    }
    for (const model::HistoryEntry& entry : history.entries) {
      const bool failed =
          entry.rc != 193 && entry.expected_rc >= 0 && entry.rc != entry.expected_rc;
      if (failed && blocks(entry)) {
        return true;
      }
    }
  }
  return false;
}

int fail_count(const model::ClusterState& state, int index, int node, bool effective,
               std::int64_t* last_failure) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  const model::NodeState& host = state.nodes[static_cast<std::size_t>(node)];
  int sum = 0;
  std::int64_t last = 0;
  for (const auto& [key, count] : host.fail_counts) {
    if (is_key_of(key, resource)) {
      sum = model::add_scores(sum, count);
    }
  }
  for (const auto& [key, when] : host.last_failures) {
    if (is_key_of(key, resource)) {
      last = std::max(last, when);
    }
  }
  if (last_failure != nullptr) {
    *last_failure = last;
  }
  if (effective && sum > 0 && last > 0 && resource.failure_timeout > Duration(0) &&
      !failures_block(state, index, node)) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(state.now.time_since_epoch()).count();
    if (now > last + resource.failure_timeout.count() / 1000) {
      return 0;
    }
  }
  return sum;
}

}  // namespace mainstay::scheduler
