// SPDX-License-Identifier: Apache-2.0
#include "core/scheduler/digests.h"

#include <algorithm>

#include "core/cib/digest.h"
#include "core/scheduler/reader_parts.h"

namespace mainstay::scheduler {
namespace {

bool listed(const std::string& list, const std::string& name) {
  return (" " + list + " ").find(" " + name + " ") != std::string::npos;
}

}  // namespace

model::Values operation_parameters(const model::ClusterState&, const model::Resource& resource,
                                   int node) {
  return resource.parameters.on(node);
}

DigestMatch compare_digests(const model::ClusterState& state, const model::Resource& resource,
                            int node, const model::HistoryEntry& entry) {
  if (entry.digest.empty()) {
    return DigestMatch::unknown;
  }
  const model::Values now = operation_parameters(state, resource, node);
  Duration timeout{0};
  if (entry.interval > Duration(0)) {
    const model::Values meta = operation_meta(resource, entry.task, entry.interval);
    const auto it = meta.find("timeout");
    timeout =
        it == meta.end() ? Duration(20'000) : parse_duration(it->second).value_or(Duration(20'000));
  }
  if (!entry.restart_digest.empty()) {
    model::Values restart;
    for (const auto& [name, value] : now) {
      if (listed(entry.restart_parameters, name)) {
        restart.emplace(name, value);
      }
    }
    if (cib::parameters_digest(restart, Duration(0), Duration(0)) != entry.restart_digest &&
        entry.interval == Duration(0)) {
      return DigestMatch::restart_changed;
    }
  }
  if (cib::parameters_digest(now, entry.interval, timeout) == entry.digest) {
    return DigestMatch::same;
  }
  if (!entry.secure_digest.empty()) {
    model::Values shown;
    for (const auto& [name, value] : now) {
      if (!listed(entry.secure_parameters, name)) {
        shown.emplace(name, value);
      }
    }
    if (cib::parameters_digest(shown, entry.interval, timeout) == entry.secure_digest ||
        cib::parameters_digest(shown, Duration(0), Duration(0)) == entry.secure_digest) {
      return DigestMatch::same;
    }
  }
  return DigestMatch::all_changed;
}

}  // namespace mainstay::scheduler
