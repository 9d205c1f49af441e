// SPDX-License-Identifier: Apache-2.0
// Where this program and the plugins beside it are.
#pragma once

#include <filesystem>
#include <string>

namespace mainstay::agenthost {

std::filesystem::path own_program();

/// The build tree's plugins for the build tree's program, the installed ones for the installed.
std::string plugin_directory();

/// The commands of Pacemaker that scripts call, of the same tree; empty if they are not there.
std::string tools_directory();

}  // namespace mainstay::agenthost
