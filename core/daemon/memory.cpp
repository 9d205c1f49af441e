// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/memory.h"

#include <malloc.h>

#include <cstddef>
#include <limits>

namespace mainstay::daemon {

void keep_freed_memory() {
  ::mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  // Setting one of the two fixes the other, and at its default every larger vector is mapped anew.
  constexpr int kMostThatItTakes = 32 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kMostThatItTakes);
}

void give_back_memory() {
  constexpr std::size_t kWorthIt = 2UL << 20U;
  if (::mallinfo2().fordblks > kWorthIt) {
    ::malloc_trim(0);
  }
}

}  // namespace mainstay::daemon
