// SPDX-License-Identifier: Apache-2.0
// What a resource requires before it may start: nothing, quorum, fencing of lost nodes, or that its
// own node is unfenced. Pacemaker Explained, resource option "requires".
#include <algorithm>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::Resource;

bool provides_unfencing(const Resource& resource) {
  const auto it = resource.meta.find("provides");
  return resource.agent.standard == "stonith" && it != resource.meta.end() &&
         it->second == "unfencing";
}

/// What must have happened before it may start. A device that unfences, wherever it is configured,
/// changes the default of all others.
model::Requires requirement_of(const Resource& resource, const model::ClusterOptions& options) {
  using model::Requires;
  const bool is_device = resource.agent.standard == "stonith";
  const auto given = resource.meta.find("requires");
  const std::string need = given == resource.meta.end() ? "" : given->second;
  if (need == "nothing") {
    return Requires::nothing;
  }
  if (need == "fencing") {
    return options.fencing_enabled ? Requires::fencing : Requires::quorum;
  }
  if (need == "quorum" || is_device) {
    return Requires::quorum;  // what fences cannot wait until its node is unfenced
  }
  if (need == "unfencing") {
    return options.fencing_enabled ? Requires::unfencing : Requires::quorum;
  }
  if (resource.is_remote) {
    return Requires::quorum;
  }
  if (options.have_unfencing) {
    return options.fencing_enabled ? Requires::unfencing : Requires::quorum;
  }
  if (options.fencing_enabled) {
    return Requires::fencing;
  }
  return options.quorum_policy == model::QuorumPolicy::ignore ? Requires::nothing
                                                              : Requires::quorum;
}

}  // namespace

void read_requirements(Reading& reading) {
  auto& resources = reading.state.resources;
  for (Resource& resource : resources) {
    resource.provides_unfencing = provides_unfencing(resource);
  }
  reading.state.options.have_unfencing =
      std::any_of(resources.begin(), resources.end(),
                  [](const Resource& resource) { return resource.provides_unfencing; });
  read_requirements_from(reading, 0);
}

void read_requirements_from(Reading& reading, std::size_t first) {
  auto& resources = reading.state.resources;
  for (std::size_t i = first; i < resources.size(); ++i) {
    resources[i].requirement = requirement_of(resources[i], reading.state.options);
  }
}

}  // namespace mainstay::scheduler
