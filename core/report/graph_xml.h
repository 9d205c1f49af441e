// SPDX-License-Identifier: Apache-2.0
// A transition graph in Pacemaker's XML: synapses of an action each, with the actions that trigger
// it. For people and programs that read what crm_simulate -G writes.
#pragma once

#include <string>

#include "core/model/transition_graph.h"

namespace mainstay::report {

std::string transition_graph_xml(const model::TransitionGraph& graph);

}  // namespace mainstay::report
