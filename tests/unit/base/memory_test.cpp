// SPDX-License-Identifier: Apache-2.0
#include "core/base/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace mainstay {
namespace {

/// What the kernel says of the mapping that holds this address.
std::string flags_of(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto wanted = reinterpret_cast<std::uintptr_t>(address);
      inside = begin <= wanted && wanted < end;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line + ' ';
    }
  }
  return {};
}

/// In a process of its own, because it is for the rest of a program.
[[noreturn]] void expect_and_use() {
  constexpr std::size_t kMuch = 256UL << 20U;
  constexpr std::size_t kLarge = 48UL << 20U;  // more than what the C library maps by itself
  expect_memory(kMuch);
  const std::vector<char> first(kLarge);
  const std::vector<char> second(kLarge);
  const bool huge = flags_of(&first[kLarge / 2]).find(" hg ") != std::string::npos &&
                    flags_of(&second[kLarge / 2]).find(" hg ") != std::string::npos;
  ::_exit(huge ? 0 : 1);
}

TEST(Memory, MakesWhatIsExpectedOfHugePages) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer has a heap of its own";
#endif
  if (::access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) != 0) {
    GTEST_SKIP() << "this kernel has no transparent huge pages";
  }
  EXPECT_EXIT(expect_and_use(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mainstay
