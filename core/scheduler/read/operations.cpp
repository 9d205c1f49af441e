// SPDX-License-Identifier: Apache-2.0
// Looking up a resource's operations by name and interval.
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

using model::Resource;
using model::Values;

const model::Operation* find_operation(const Resource& resource, std::string_view task,
                                       Duration interval) {
  for (const bool enabled : {true, false}) {
    for (const model::Operation& operation : resource.operations) {
      if (operation.name == task && operation.interval == interval &&
          operation.enabled == enabled) {
        return &operation;
      }
    }
  }
  return nullptr;
}

const Values& operation_meta(const Resource& resource, std::string_view task, Duration interval) {
  if (const model::Operation* operation = find_operation(resource, task, interval)) {
    return operation->meta;
  }
  static const Values kNothing;
  const auto it = resource.operation_defaults.find(task);
  return it == resource.operation_defaults.end() ? kNothing : it->second;
}

}  // namespace mainstay::scheduler
