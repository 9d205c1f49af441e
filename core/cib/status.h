// SPDX-License-Identifier: Apache-2.0
// Finding and making the parts of the status section. For core/cib only.
#pragma once

#include <string>

#include "core/cib/tree.h"

namespace mainstay::cib {

inline constexpr const char* kDebugOrigin = "mainstayd";
/// Attribute of a recurring lrm_rsc_op: "true" when the agent also tells of changes by itself.
inline constexpr const char* kWatched = "mainstay-watched";

/// The node_state of that uname; null if there is none.
pugi::xml_node find_node_state(const Document::Tree& tree, const std::string& uname);

/// The same, made if missing; its id is taken from <nodes>, else `id`, else the uname.
pugi::xml_node node_state(Document::Tree& tree, const std::string& uname,
                          const std::string& id = {});

/// Calls `visit(pugi::xml_node)` for the node_state of `uname`, or for each if it is empty.
template <class Visit>
void for_each_node_state(const Document::Tree& tree, const std::string& uname, Visit visit) {
  for (const pugi::xml_node& state : tree.status().children("node_state")) {
    if (uname.empty() || value_of(state, "uname") == uname) {
      visit(state);
    }
  }
}

}  // namespace mainstay::cib
