// SPDX-License-Identifier: Apache-2.0
// 2.1.5: a colocation knows every node by its own value, also a container of a bundle.
#include "core/scheduler/place/assignment.h"

namespace mainstay::scheduler {

bool colocates_by_host(const Assignment& /*work*/, int /*resource*/) {
  return false;
}

const std::string& node_value(const Assignment& work, int node, const std::string& attribute,
                              int /*resource*/) {
  return own_value(work, node, attribute);
}

}  // namespace mainstay::scheduler
