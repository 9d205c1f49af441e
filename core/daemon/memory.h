// SPDX-License-Identifier: Apache-2.0
// Memory that is no longer needed.
#pragma once

namespace mainstay::daemon {

/// To be called before anything else: what one plan lets go of stays for the next, until it is
/// given back. By itself the C library returns the heap's end to the system whenever enough is free
/// there, and every plan begins with faults for the same pages.
void keep_freed_memory();

/// To be called when something large has been let go of: what plans, messages and answers used lies
/// free among what is kept. Takes milliseconds where there is much to give.
void give_back_memory();

}  // namespace mainstay::daemon
