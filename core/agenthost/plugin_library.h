// SPDX-License-Identifier: Apache-2.0
// A loaded plugin.
#pragma once

#include <memory>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "core/base/result.h"

namespace mainstay::agenthost {

/// Keeps the shared object loaded; the table is valid as long.
class PluginLibrary {
 public:
  /// Loads a plugin and checks its table, the version before anything else. The error says what is
  /// wrong with the file.
  static Result<PluginLibrary> load(const std::string& file);

  const agent::abi::Plugin& table() const { return *table_; }

 private:
  PluginLibrary(std::shared_ptr<void> library, const agent::abi::Plugin* table)
      : library_(std::move(library)), table_(table) {}

  std::shared_ptr<void> library_;
  const agent::abi::Plugin* table_;
};

}  // namespace mainstay::agenthost
