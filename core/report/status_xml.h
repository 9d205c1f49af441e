// SPDX-License-Identifier: Apache-2.0
// The status as crm_mon's XML has it, element by element.
#pragma once

#include "core/model/cluster_state.h"
#include "core/report/xml_lines.h"

namespace mainstay::report {

/// <nodes>; `grouped`: with the resources that each of them runs.
void add_nodes(XmlLines& xml, const model::ClusterState& state, bool grouped);
/// <resources>; `inactive`: only those of which something does not run.
void add_resources(XmlLines& xml, const model::ClusterState& state, bool inactive);
void add_node_attributes(XmlLines& xml, const model::ClusterState& state);
/// <node_history>: operations and fail counts.
void add_node_history(XmlLines& xml, const model::ClusterState& state);
void add_failures(XmlLines& xml, const model::ClusterState& state);
void add_tickets(XmlLines& xml, const model::ClusterState& state);
/// Locations that keep resources off nodes.
void add_bans(XmlLines& xml, const model::ClusterState& state);

}  // namespace mainstay::report
