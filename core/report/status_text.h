// SPDX-License-Identifier: Apache-2.0
// The status as crm_mon and crm_simulate print it: nodes, resources, failed operations.
#pragma once

#include <string>
#include <vector>

#include "core/model/cluster_state.h"

namespace mainstay::report {

struct StatusOptions {
  bool show_pending = true;        ///< "Starting", "Monitoring"
  bool show_inactive = true;       ///< resources that run nowhere
  bool show_active = true;         ///< those of which all runs
  bool show_nodes = true;          ///< where a primitive runs
  bool failed_operations = false;  ///< append the "Failed Resource Actions" section
};

/// "  * Node List:" … "  * Full List of Resources:" … as crm_simulate prints it.
std::string cluster_status_text(const model::ClusterState& state, const StatusOptions& options);

/// The lines of the node list, without their heading: "* Online: [ node1 node2 ]".
std::vector<std::string> node_lines(const model::ClusterState& state);

/// The same with the resources that each node runs.
std::vector<std::string> node_resource_lines(const model::ClusterState& state);

/// Configured primitives, each instance of a clone by itself.
struct InstanceCounts {
  int all = 0;
  int disabled = 0;
  int blocked = 0;
};
InstanceCounts count_instances(const model::ClusterState& state);

/// The lines of the resource list, nested ones indented by two blanks per level:
/// "* VIP\t(ocf:heartbeat:IPaddr2):\t Started node1".
std::vector<std::string> resource_lines(const model::ClusterState& state,
                                        const StatusOptions& options);

/// The line of a primitive without a bullet: "VIP\t(ocf:heartbeat:IPaddr2):\t Started".
std::string primitive_text(const model::ClusterState& state, int resource);

/// "* Web_monitor_10000 on node1 'not running' (7): call=12, status='complete', …"
std::vector<std::string> failed_operation_lines(const model::ClusterState& state);

/// An interval as Pacemaker's tools show it: "10s", "1m30s", "1.500s", "100ms", "1d2h".
std::string interval_text(Duration interval);

/// The text of an OCF exit code: "not running".
const char* exit_code_text(int code);
/// The text of an op-status: "complete".
const char* status_code_text(int status);

}  // namespace mainstay::report
