// SPDX-License-Identifier: Apache-2.0
// What is known of a resource agent, native or script: one description for both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace mainstay::agent {

namespace abi {
struct Plugin;
}

struct ParameterInfo {
  std::string name = {};
  std::string type = {};  ///< OCF content type as written; unknown ones are kept
  std::optional<std::string> default_value = {};
  bool required = false;
  bool unique = false;
  bool reloadable = false;
  bool deprecated = false;
  std::string replaced_with = {};  ///< of a deprecated one, may be empty
  std::string shortdesc = {};
  std::string longdesc = {};
  std::vector<std::string> options = {};  ///< of type "select"
  bool operator==(const ParameterInfo&) const = default;
};

struct ActionInfo {
  std::string name = {};
  std::optional<Duration> timeout = {};
  std::optional<Duration> interval = {};
  std::optional<int> depth = {};
  std::optional<Duration> start_delay = {};
  std::string role = {};
  bool operator==(const ActionInfo&) const = default;
};

struct AgentInfo {
  std::string standard = {};
  std::string provider = {};
  std::string type = {};
  std::string version = {};
  bool watches = false;    ///< it can tell of changes by itself
  bool contained = false;  ///< whatever its processes have started ends with its host
  std::string shortdesc = {};
  std::string longdesc = {};
  std::vector<ParameterInfo> parameters = {};
  std::vector<ActionInfo> actions = {};
  bool operator==(const AgentInfo&) const = default;
};

/// Reads a plugin's table. Its version and size must have been checked.
AgentInfo describe(const abi::Plugin& plugin);

/// OCF 1.1 meta-data (ra-api.rng).
std::string metadata_xml(const AgentInfo& info);

}  // namespace mainstay::agent
