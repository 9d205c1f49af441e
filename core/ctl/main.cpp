// SPDX-License-Identifier: Apache-2.0
// The command `mainstay`.
#include <cstdio>
#include <exception>

#include "core/base/memory.h"
#include "core/ctl/crm/tool.h"
#include "core/ctl/invocation.h"

int main(int argc, char** argv) {
  mainstay::map_own_code();
  try {
    if (const auto tool = argc > 0 ? mainstay::ctl::crm::tool_named(argv[0]) : nullptr) {
      return tool(argc, argv);
    }
    return mainstay::ctl::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Error: %s\n", error.what());
    return mainstay::ctl::kFailed;
  }
}
