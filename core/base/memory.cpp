// SPDX-License-Identifier: Apache-2.0
#include "core/base/memory.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdlib>
#include <limits>
#include <memory>

// The linker's: the program's first page and the end of what its file holds.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
extern "C" char __executable_start;
extern "C" char edata;
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

namespace mainstay {

void map_own_code() {
  // Kernels before 5.14 refuse, and the faults come one by one.
  ::madvise(&__executable_start, static_cast<std::size_t>(&edata - &__executable_start),
            MADV_POPULATE_READ);
}

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

void expect_memory(std::size_t bytes) {
  constexpr std::size_t kHugePage = 2UL << 20U;
  constexpr std::size_t kWorthIt = 32 * kHugePage;
  if (bytes < kWorthIt) {
    return;
  }
  keep_freed_memory();
  ::mallopt(M_MMAP_MAX, 0);  // what is large is to lie there, too
  // The heap grows by it and stays so; what the C library adds later by itself is small pages.
  void* const grown = std::malloc(bytes);
  void* begin = grown;
  if (grown != nullptr && std::align(kHugePage, kHugePage, begin, bytes) != nullptr) {
    ::madvise(begin, bytes, MADV_HUGEPAGE);
  }
  std::free(grown);
}

}  // namespace mainstay
