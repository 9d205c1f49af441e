// SPDX-License-Identifier: Apache-2.0
// What a failed operation asks for: its on-fail, or the default of its kind, and the role that the
// resource may have afterwards. Pacemaker Explained, "Resource Operations", on-fail.
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryEntry;
using model::OnFail;
using model::Resource;
using model::Role;

/// Null: not set, or no known word.
const OnFail* parse_on_fail(const model::Values& meta) {
  const auto found = meta.find("on-fail");
  if (found == meta.end()) {
    return nullptr;
  }
  static const std::map<std::string, OnFail> words = {
      {"ignore", OnFail::ignore},
      {"nothing", OnFail::ignore},
      {"demote", OnFail::demote},
      {"restart", OnFail::restart},
      {"migrate", OnFail::ban},
      {"block", OnFail::block},
      {"ban", OnFail::ban},
      {"stop", OnFail::stop},
      {"standby", OnFail::standby},
      {"fence", OnFail::fence},
      {"restart-container", OnFail::restart_container}};
  const auto it = words.find(found->second);
  return it == words.end() ? nullptr : &it->second;
}

/// Only what is about the promoted role can be answered by leaving it.
bool may_demote(const HistoryEntry& entry, const model::Values& meta) {
  const auto role = meta.find("role");
  return entry.task == "promote" ||
         (entry.task == "monitor" && entry.interval > Duration(0) && role != meta.end() &&
          model::parse_role(role->second) == Role::promoted);
}

/// A demote without an on-fail of its own is answered as the promoted role's monitor is: that of
/// the last one that says something.
const OnFail* policy_of_promoted_monitor(const Resource& resource) {
  const OnFail* found = nullptr;
  for (const model::Operation& op : resource.operations) {
    const auto role = op.meta.find("role");
    if (op.name != "monitor" || !op.enabled || op.interval <= Duration(0) ||
        role == op.meta.end() || model::parse_role(role->second) != Role::promoted) {
      continue;
    }
    const OnFail* policy = parse_on_fail(op.meta);
    found = policy != nullptr && *policy != OnFail::demote ? policy : found;
  }
  return found;
}

/// The configured policy where it is allowed; null: the default.
const OnFail* configured_policy(const Resource& resource, const HistoryEntry& entry) {
  const model::Values& meta = operation_meta(resource, entry.task, entry.interval);
  const OnFail* policy = parse_on_fail(meta);
  const auto is = [&](OnFail word) { return policy != nullptr && *policy == word; };
  if (entry.task == "stop" && (is(OnFail::standby) || is(OnFail::demote) || is(OnFail::stop))) {
    return nullptr;
  }
  if (is(OnFail::demote) && !may_demote(entry, meta)) {
    policy = nullptr;
  }
  if (entry.task == "demote" && policy == nullptr) {
    policy = policy_of_promoted_monitor(resource);
  }
  return is(OnFail::restart_container) && resource.container_index < 0 ? nullptr : policy;
}

/// What is said about a connection to a remote node, past its start, is about that node.
bool is_about_remote_node(const Resource& resource, const HistoryEntry& entry) {
  return resource.remote_node >= 0 && resource.container_index < 0 && !is_probe(entry) &&
         entry.task != "start";
}

}  // namespace

bool is_probe(const HistoryEntry& entry) {
  return entry.task == "monitor" && entry.interval == Duration(0);
}

std::pair<OnFail, Role> HistoryReading::failure_handling(const HistoryEntry& entry) {
  const Resource& r = resource();
  const bool can_fence = reading_.state.options.fencing_enabled;
  const bool of_remote = is_about_remote_node(r, entry);
  const OnFail* policy = configured_policy(r, entry);
  const Role usual = entry.task == "promote" ? Role::unpromoted : Role::started;
  if (of_remote && !r.managed) {
    return {OnFail::stop, Role::stopped};
  }
  if (policy != nullptr) {
    const OnFail wanted = *policy == OnFail::fence && !can_fence ? OnFail::stop : *policy;
    return {wanted, wanted == OnFail::stop ? Role::stopped : usual};
  }
  if (r.container_index >= 0) {
    return {OnFail::restart_container, usual};
  }
  if (of_remote) {
    return {OnFail::reset_remote, r.remote_reconnect > Duration(0) ? Role::stopped : usual};
  }
  if (entry.task == "stop") {
    return {can_fence ? OnFail::fence : OnFail::block, usual};
  }
  return {OnFail::restart, usual};
}

}  // namespace mainstay::scheduler
