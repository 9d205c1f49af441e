// SPDX-License-Identifier: Apache-2.0
// In a build without core/scheduler every plan fails with a reason that status shows.
#include "core/controller/plan.h"

namespace mainstay::controller {

Planner real_planner() {
  return [](const cib::Document&, WallTime) -> Result<model::TransitionGraph> {
    return fail(Errc::unsupported, "this build has no scheduler");
  };
}

}  // namespace mainstay::controller
