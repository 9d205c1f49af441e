// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/memory.h"

#include <malloc.h>

#include <cstddef>

namespace mainstay::daemon {

void give_back_memory() {
  constexpr std::size_t kWorthIt = 2UL << 20U;
  if (::mallinfo2().fordblks > kWorthIt) {
    ::malloc_trim(0);
  }
}

}  // namespace mainstay::daemon
