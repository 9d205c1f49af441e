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

bool is_probe(const HistoryEntry& entry) {
  return entry.task == "monitor" && entry.interval == Duration(0);
}

/// Null: not set, or no known word.
const OnFail* parse_on_fail(const model::Values& meta) {
  const auto found = meta.find("on-fail");
  if (found == meta.end()) {
    return nullptr;
  }
  static const std::map<std::string, OnFail> kWords = {
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
  const auto it = kWords.find(found->second);
  return it == kWords.end() ? nullptr : &it->second;
}

/// Only what is about the promoted role can be answered by leaving it.
bool may_demote(const HistoryEntry& entry, const model::Values& meta) {
  const auto role = meta.find("role");
  return entry.task == "promote" ||
         (entry.task == "monitor" && entry.interval > Duration(0) && role != meta.end() &&
          model::parse_role(role->second) == Role::promoted);
}

}  // namespace

std::pair<OnFail, Role> HistoryReading::failure_handling(const HistoryEntry& entry) {
  const Resource& r = resource();
  const auto& options = reading_.state.options;
  const model::Values& meta = operation_meta(r, entry.task, entry.interval);
  static constexpr OnFail kStop = OnFail::stop;
  const OnFail* policy = parse_on_fail(meta);
  if (policy != nullptr && *policy == OnFail::fence && !options.fencing_enabled) {
    policy = &kStop;
  }
  if (entry.task == "stop" && policy != nullptr &&
      (*policy == OnFail::standby || *policy == OnFail::demote || *policy == OnFail::stop)) {
    policy = nullptr;
  }
  if (policy != nullptr && *policy == OnFail::demote && !may_demote(entry, meta)) {
    policy = nullptr;
  }
  if (entry.task == "demote" && policy == nullptr) {
    for (const model::Operation& op : r.operations) {
      const auto role = op.meta.find("role");
      if (op.name == "monitor" && op.enabled && op.interval > Duration(0) &&
          role != op.meta.end() && model::parse_role(role->second) == Role::promoted) {
        policy = parse_on_fail(op.meta);
      }
    }
    if (policy != nullptr && *policy == OnFail::demote) {
      policy = nullptr;
    }
  }
  const Role usual = entry.task == "promote" ? Role::unpromoted : Role::started;
  if (policy != nullptr) {
    return {*policy, *policy == OnFail::stop ? Role::stopped : usual};
  }
  if (r.container_index >= 0) {
    return {OnFail::restart_container, usual};
  }
  // A connection that breaks tells nothing of its node; one that never was, does.
  if (r.remote_node >= 0 && !is_probe(entry) && entry.task != "start") {
    return {OnFail::reset_remote, r.remote_reconnect > Duration(0) ? Role::stopped : usual};
  }
  if (entry.task == "stop") {
    return {options.fencing_enabled ? OnFail::fence : OnFail::block, usual};
  }
  return {OnFail::restart, usual};
}

}  // namespace mainstay::scheduler
