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

/// The descriptions in another language; an empty parameter: the agent's own.
struct TranslationInfo {
  std::string language = {};
  std::string parameter = {};
  std::string shortdesc = {};
  std::string longdesc = {};
  bool operator==(const TranslationInfo&) const = default;
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
  std::vector<TranslationInfo> translations = {};
  bool operator==(const AgentInfo&) const = default;
};

/// With the descriptions in a language where there are any; a locale's name ("de_AT.UTF-8") stands
/// for its language.
AgentInfo in_language(AgentInfo info, const std::string& language);

/// Reads a plugin's table. Its version and size must have been checked.
AgentInfo describe(const abi::Plugin& plugin);

/// OCF 1.1 meta-data (ra-api.rng).
std::string metadata_xml(const AgentInfo& info);

}  // namespace mainstay::agent
