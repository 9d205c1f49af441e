// SPDX-License-Identifier: Apache-2.0
// How a program's memory is kept. Hints to the C library and the kernel: nothing that can be seen
// changes.
#pragma once

#include <cstddef>

namespace mainstay {

/// For programs that live for milliseconds: their code and constants are mapped in one step instead
/// of a page fault for every 64 KiB that is reached, a tenth of such a run.
void map_own_code();

/// To be called before anything else: what one plan lets go of stays for the next, until it is
/// given back. By itself the C library returns the heap's end to the system whenever enough is free
/// there, and every plan begins with faults for the same pages.
void keep_freed_memory();

/// To be called when something large has been let go of: what plans, messages and answers used lies
/// free among what is kept. Takes milliseconds where there is much to give.
void give_back_memory();

/// To be called when `bytes` will be needed and kept to the end of the program: they are made of
/// huge pages where the system has them, which is half of the time where a large tree is walked.
/// Nothing is used before it is needed; small amounts are left as they are.
void expect_memory(std::size_t bytes);

}  // namespace mainstay
