// SPDX-License-Identifier: Apache-2.0
// Which plugins there are, and which of them (or the script) serves an action. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/operation.h"

namespace mainstay::executor {

struct NativeAgent {
  std::string file;
  std::string standard;
  std::string provider;
  std::string type;  ///< "*": every type of the class
  std::vector<std::string> parameters;
  bool contained = false;  ///< whatever its processes have started ends with its host
};

/// A file that is no usable plugin, and why.
struct BadPlugin {
  std::string file;
  std::string reason;
};

/// Under this provider every native ocf agent is an executable for other cluster managers.
inline constexpr const char* kOwnProvider = "mainstay";

struct Catalog {
  std::vector<NativeAgent> agents;
  std::vector<BadPlugin> bad;
};

/// Reads what `mainstay-agent-host --catalog` prints.
Result<Catalog> parse_catalog(std::string_view text);

/// ocf:mainstay:X is no agent of its own: the native agent that serves ocf:…:X. Other names stay.
model::AgentName resolved(const Catalog& catalog, const model::AgentName& name);

/// Where an action runs. `host` is a plugin's file, or empty for the host of the scripts.
struct Route {
  std::string host;
  std::string note;     ///< for the outcome: why not the native agent
  std::string missing;  ///< not empty: there is no such agent; says what was looked for
};

/// `has_script` tells whether a script of that name is installed.
Route route(const Catalog& catalog, const model::ActionRequest& request,
            const std::function<bool(const model::AgentName&)>& has_script);

}  // namespace mainstay::executor
