// SPDX-License-Identifier: Apache-2.0
#include "core/scheduler/read/digests.h"

#include <algorithm>

#include "core/cib/digest.h"
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

/// Whether a name stands in a list of words.
bool listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find(' '));
    if (word == name) {
      return true;
    }
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return false;
}

/// What the cluster adds to a fence device's parameters, and its agent does not know.
bool for_fencing(const std::string& name) {
  return name.rfind("pcmk_", 0) == 0 || name == "provides" || name == "stonith-timeout";
}

/// What a recurring operation's digest holds besides the parameters.
Duration timeout_of(const model::Resource& resource, const model::HistoryEntry& entry) {
  constexpr Duration kDefault{20'000};
  if (entry.interval == Duration(0)) {
    return Duration(0);
  }
  const model::Values& meta = operation_meta(resource, entry.task, entry.interval);
  const auto it = meta.find("timeout");
  return it == meta.end() ? kDefault : parse_duration(it->second).value_or(kDefault);
}

/// Whether parameters changed that the agent cannot reload.
bool restart_changed(const model::HistoryEntry& entry, const model::Values& now) {
  if (entry.restart_digest.empty()) {
    return false;
  }
  cib::Pairs restart;
  for (const auto& [name, value] : now) {
    if (!entry.restart_parameters || listed(*entry.restart_parameters, name)) {
      restart.emplace_back(name, value);
    }
  }
  return cib::parameters_digest(restart, Duration(0), Duration(0)) != entry.restart_digest;
}

/// Before feature set 3.16.0 only what the agent declares counted as shown.
bool shows_declared_only(std::string_view feature_set) {
  const std::size_t dot = feature_set.find('.');
  const int major = parse_int(feature_set.substr(0, dot), 0);
  const int minor = dot == std::string_view::npos ? 0 : parse_int(feature_set.substr(dot + 1), 0);
  return major < 3 || (major == 3 && minor < 16);
}

cib::Pairs without_secrets(const model::Resource& resource, const model::Values& parameters,
                           std::string_view secrets, bool declared_only) {
  cib::Pairs shown;
  const bool device = resource.agent.standard == "stonith";
  for (const auto& [name, value] : parameters) {
    if (!listed(secrets, name) && !(declared_only && device && for_fencing(name))) {
      shown.emplace_back(name, value);
    }
  }
  return shown;
}

/// Whether all but the secret parameters are what they were: those may be hidden in the CIB.
bool only_secrets_changed(const model::ClusterState& state, const model::Resource& resource,
                          const model::HistoryEntry& entry, const model::Values& now,
                          Duration timeout) {
  if (entry.secure_digest.empty()) {
    return false;
  }
  const bool old = shows_declared_only(entry.feature_set.empty() ? state.options.feature_set
                                                                 : entry.feature_set);
  const cib::Pairs shown = without_secrets(resource, now, entry.secure_parameters, old);
  return cib::parameters_digest(shown, old ? Duration(0) : entry.interval,
                                old ? Duration(0) : timeout) == entry.secure_digest;
}

}  // namespace

bool is_named_by_host(const model::Resource& resource, int node) {
  const model::Values& values = resource.parameters.on(node);
  const auto address = values.find("addr");
  return resource.is_remote && resource.container_index >= 0 && address != values.end() &&
         address->second == "#uname";
}

model::Values operation_parameters(const model::ClusterState& state,
                                   const model::Resource& resource, int node, std::string_view task,
                                   Duration interval, int host) {
  model::Values values = resource.parameters.on(node);
  if (const model::Operation* operation = find_operation(resource, task, interval)) {
    for (const auto& [name, value] : operation->parameters) {
      values.emplace(name, value);
    }
  }
  if (is_named_by_host(resource, node)) {
    const auto& hosts =
        state.resources[static_cast<std::size_t>(resource.container_index)].running_on;
    if (host < 0 && !hosts.empty()) {
      host = hosts.front();
    }
    if (host >= 0) {
      values["addr"] = state.nodes[static_cast<std::size_t>(host)].name;
    }
  }
  return values;
}

bool differs(DigestMatch match) {
  return match != DigestMatch::unknown && match != DigestMatch::same;
}

DigestMatch compare_digests(const model::ClusterState& state, const model::Resource& resource,
                            int node, const model::HistoryEntry& entry, int host) {
  const model::Values now =
      operation_parameters(state, resource, node, entry.task, entry.interval, host);
  if (entry.interval == Duration(0) && restart_changed(entry, now)) {
    return DigestMatch::restart_changed;
  }
  const Duration timeout = timeout_of(resource, entry);
  const bool same = cib::parameters_digest(now, entry.interval, timeout) == entry.digest;
  if (same && !entry.forgotten) {
    return DigestMatch::same;
  }
  if (only_secrets_changed(state, resource, entry, now, timeout)) {
    return DigestMatch::secrets_changed;
  }
  if (entry.digest.empty() && !entry.forgotten) {
    return DigestMatch::unknown;
  }
  const model::Operation* operation = find_operation(resource, entry.task, entry.interval);
  const bool own = operation != nullptr && !operation->parameters.empty();
  return entry.forgotten || (own && entry.interval == Duration(0)) ? DigestMatch::restart_changed
                                                                   : DigestMatch::all_changed;
}

bool unfenced_otherwise(const model::ClusterState& state, const model::Resource& device, int node) {
  const model::Values& attributes = state.nodes[static_cast<std::size_t>(node)].attributes;
  const auto tells = [&](const char* name, const auto& parameters) {
    const auto recorded = attributes.find(name);
    return recorded != attributes.end() &&
           recorded->second.find(device.id + ":" + device.agent.type + ":" +
                                 cib::parameters_digest(parameters, Duration(0), Duration(0))) !=
               std::string::npos;
  };
  const model::Values now = operation_parameters(state, device, node, "", Duration(0));
  return attributes.find("#digests-all") != attributes.end() && !tells("#digests-all", now) &&
         !tells("#digests-secure", without_secrets(device, now, "passwd password user",
                                                   shows_declared_only(state.options.feature_set)));
}

}  // namespace mainstay::scheduler
