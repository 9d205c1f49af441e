// SPDX-License-Identifier: Apache-2.0
// 2.1.5: what runs on a node in maintenance is not managed, but goes on being monitored where else
// it runs. Its group or clone does not count it on a node that is down.
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {

bool stays_unmanaged(Reading& reading, int index, int node) {
  model::Resource& resource = reading.resource(index);
  if (resource.variant == model::Variant::primitive && reading.node(node).maintenance) {
    resource.managed = false;
  }
  if (resource.managed) {
    return false;
  }
  add_location(reading.state, index, node, model::kInfinity, "not_managed_active");
  for (int p = resource.parent; p >= 0 && reading.node(node).online;
       p = reading.resource(p).parent) {
    reading.resource(p).running_on.push_back(node);
  }
  return true;
}

}  // namespace mainstay::scheduler
