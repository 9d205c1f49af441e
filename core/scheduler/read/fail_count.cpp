// SPDX-License-Identifier: Apache-2.0
// Fail counts: the sum of fail-count-RSC#OP_INTERVAL over operations. They expire together after
// failure-timeout, unless an operation with on-fail=block failed.
#include <algorithm>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

/// "RSC#OP_INTERVAL" belongs to this resource (an anonymous instance may be written with a number).
/// Other names, such as the resource's alone, which Pacemaker wrote before 1.1.17, do not count.
bool is_key_of(const std::string& key, const model::Resource& resource) {
  const auto hash = key.find('#');
  if (hash == std::string::npos) {
    return false;
  }
  const std::string name = key.substr(0, hash);
  if (name == resource.id || (!resource.unique && name == resource.base)) {
    return true;
  }
  if (resource.unique || name.rfind(resource.base + ":", 0) != 0) {
    return false;
  }
  return name.find_first_not_of("0123456789", resource.base.size() + 1) == std::string::npos;
}

/// What a resource's entries on a node are called there.
std::string_view name_in_history(const model::Resource& resource) {
  return resource.base.empty() ? resource.id : resource.base;
}

bool any_failure_blocks(const model::ClusterState& state, int index, int node) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  for (const auto& history : state.nodes[static_cast<std::size_t>(node)].history) {
    if (history.id == name_in_history(resource) &&
        std::any_of(history.entries.begin(), history.entries.end(),
                    [&](const auto& entry) { return failure_blocks(resource, entry); })) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool failure_blocks(const model::Resource& resource, const model::HistoryEntry& entry) {
  const std::string name(name_in_history(resource));
  const std::string own =
      name + "_" + std::string(entry.task) + "_" + std::to_string(entry.interval.count());
  if (entry.id != name + "_last_failure_0" && (entry.id != own || entry.rc == entry.expected_rc)) {
    return false;
  }
  return std::any_of(resource.operations.begin(), resource.operations.end(),
                     [&](const model::Operation& op) {
                       const auto policy = op.meta.find("on-fail");
                       return policy != op.meta.end() && policy->second == "block" &&
                              op.name == entry.task && op.interval == entry.interval;
                     });
}

int fail_count(const model::ClusterState& state, int index, int node) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  int sum = 0;
  for (const auto& [key, count] : state.nodes[static_cast<std::size_t>(node)].fail_counts) {
    if (is_key_of(key, resource)) {
      sum = model::add_scores(sum, count);
    }
  }
  return sum;
}

int effective_fail_count(const model::ClusterState& state, int index, int node) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  const int sum = fail_count(state, index, node);
  std::int64_t last = 0;
  for (const auto& [key, when] : state.nodes[static_cast<std::size_t>(node)].last_failures) {
    if (is_key_of(key, resource)) {
      last = std::max(last, when);
    }
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(state.now.time_since_epoch()).count();
  const std::int64_t timeout = resource.failure_timeout.count() / 1000;
  const bool old = sum > 0 && last > 0 && timeout > 0 && now > last + timeout;
  return old && !any_failure_blocks(state, index, node) ? 0 : sum;
}

}  // namespace mainstay::scheduler
