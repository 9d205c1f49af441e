// SPDX-License-Identifier: Apache-2.0
// `mainstay plan`: what would happen to a cluster if something changed, without changing it.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/transition_graph.h"

namespace pugi {
class xml_node;
}

namespace mainstay::ctl {

/// What is assumed; empty fields assume nothing.
struct Assumptions {
  std::string standby{};    ///< a node goes to standby
  std::string node_down{};  ///< a node is lost
  std::string failure{};    ///< RESOURCE@NODE[=EXIT CODE]: a monitor fails
  std::string quorum{};     ///< "yes" or "no"
};

/// Changes `cib` (a copy) as assumed. Errors name what does not exist, or what is no value.
Status assume(pugi::xml_node cib, const Assumptions& assumptions);

/// The decisions for that CIB as full sentences, one per line.
Result<std::string> plan_text(pugi::xml_node cib, WallTime now);
Result<std::string> plan_json(pugi::xml_node cib, WallTime now);

/// The decisions and actions of a graph, for programs.
std::string graph_json(const model::TransitionGraph& graph);

}  // namespace mainstay::ctl
