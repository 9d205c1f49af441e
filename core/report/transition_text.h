// SPDX-License-Identifier: Apache-2.0
// What is to be done, as crm_simulate prints it.
#pragma once

#include <string>
#include <vector>

#include "core/model/transition_graph.h"

namespace mainstay::report {

/// "  * Start      VIP     ( node1 )" per decision, in aligned columns.
std::string transition_summary_text(const std::vector<model::Decision>& decisions);

/// "* Resource action: VIP             start on node1"; empty for what is not shown.
std::string action_line(const model::GraphAction& action);

}  // namespace mainstay::report
