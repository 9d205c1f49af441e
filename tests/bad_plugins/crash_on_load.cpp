// SPDX-License-Identifier: Apache-2.0
// Crashes in a static constructor, before anybody can look at its table.
#include <cstdlib>

namespace {
const struct Crash {
  Crash() { std::abort(); }
} kCrash;
}  // namespace
