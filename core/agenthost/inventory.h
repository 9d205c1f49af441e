// SPDX-License-Identifier: Apache-2.0
// What agents this host has: plugins, scripts and, through class plugins, units.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_info.h"
#include "core/base/result.h"
#include "ocf-compat/environment.h"

namespace mainstay::agenthost {

struct Places {
  std::string program;  ///< this program, to look at plugins in a process of their own
  std::string plugins;  ///< directory of the plugins
  ocf::Installation ocf;
};

struct Plugin {
  std::string file;
  agent::AgentInfo info;
  std::vector<std::string> types;  ///< of a plugin for a whole class, if asked for
};

struct BadPlugin {
  std::string file;
  std::string reason;
};

struct Inventory {
  std::vector<Plugin> plugins;
  std::vector<BadPlugin> bad;
};

/// Loads one plugin into this process and prints what it says of itself as a line of JSON, or what
/// is wrong with it.
std::string inspect(const std::string& file, bool with_types);

/// Every *.so of the directory, sorted, each looked at by a process of its own: one that crashes or
/// hangs while it is loaded is only one bad plugin.
Result<Inventory> take_inventory(const Places& places, bool with_types);

/// The JSON of --catalog.
std::string render_catalog(const Inventory& inventory);

/// Names of all agents, sorted.
Result<std::vector<std::string>> list_agents(const Places& places);

/// The native agent's description with the parameters that only the script knows behind its own
/// (they select the script); the script's where there is no native one. `script_only` passes over
/// plugins. A name with a slash is a plugin's file, which is described alone.
Result<agent::AgentInfo> describe_agent(const Places& places, const std::string& text,
                                        bool script_only);

}  // namespace mainstay::agenthost
