// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/installed.h"

#ifndef MAINSTAY_AGENT_DIR
#error "the build says where plugins are installed"
#endif

namespace mainstay::agenthost {

std::filesystem::path own_program() {
  std::error_code failure;
  return std::filesystem::read_symlink("/proc/self/exe", failure);
}

std::string plugin_directory() {
  const std::filesystem::path beside =
      own_program().parent_path().parent_path() / "lib/mainstay/agents";
  std::error_code failure;
  return std::filesystem::is_directory(beside, failure) ? beside.string() : MAINSTAY_AGENT_DIR;
}

std::string tools_directory() {
  const std::filesystem::path here = own_program().parent_path();
  std::error_code failure;
  for (const std::filesystem::path& tools : {here / "crm", here.parent_path() / "crm"}) {
    if (std::filesystem::is_directory(tools, failure)) {
      return tools.string();
    }
  }
  return {};
}

}  // namespace mainstay::agenthost
