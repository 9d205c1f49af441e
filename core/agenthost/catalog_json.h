// SPDX-License-Identifier: Apache-2.0
// The inventory as JSON: between the process that loads a plugin and the one that asked, and for
// --catalog. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/agenthost/inventory.h"

namespace mainstay::agenthost {

std::string render_inspection(const Plugin& plugin);
std::string render_inspection(const Error& error);
/// The plugin, or the error that was rendered.
Result<Plugin> parse_inspection(const std::string& file, std::string_view text);

}  // namespace mainstay::agenthost
