// SPDX-License-Identifier: Apache-2.0
// `resource cleanup` and `refresh`: forgetting what happened, so that the cluster looks again.
#pragma once

#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

enum class Forget {
  failures,  ///< fail counts and failed operations; a history that ends in a failure goes whole
  all,       ///< the whole history: everything is probed again
};

/// An empty resource or node means all. Messages: "Cleaned up Web on node1".
Result<Plan> plan_forget(const cib::Document& cib, const std::string& resource,
                         const std::string& node, Forget what);

}  // namespace mainstay::ctl
