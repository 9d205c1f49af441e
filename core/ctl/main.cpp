// SPDX-License-Identifier: Apache-2.0
// The command `mainstay`.
#include <cstdio>
#include <exception>

#include "core/ctl/invocation.h"

int main(int argc, char** argv) {
  try {
    return mainstay::ctl::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Error: %s\n", error.what());
    return mainstay::ctl::kFailed;
  }
}
