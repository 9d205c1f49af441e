// SPDX-License-Identifier: Apache-2.0
// Memory that is no longer needed.
#pragma once

namespace mainstay::daemon {

/// To be called when something large has been let go of: what plans, messages and answers used lies
/// free among what is kept, and the C library by itself gives back only what is free at the heap's
/// end. Takes milliseconds where there is much to give.
void give_back_memory();

}  // namespace mainstay::daemon
