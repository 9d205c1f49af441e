// SPDX-License-Identifier: Apache-2.0
// What runs where it is not managed stays there; on a node in maintenance it is in maintenance
// itself, wherever else it may run.
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {

bool stays_unmanaged(Reading& reading, int index, int node) {
  model::Resource& resource = reading.resource(index);
  if (resource.variant == model::Variant::primitive && reading.node(node).maintenance) {
    resource.managed = false;
    resource.maintenance = true;
  }
  if (resource.managed) {
    return false;
  }
  add_location(reading.state, index, node, model::kInfinity, "not_managed_active");
  for (int p = resource.parent; p >= 0; p = reading.resource(p).parent) {
    reading.resource(p).running_on.push_back(node);
  }
  return true;
}

}  // namespace mainstay::scheduler
