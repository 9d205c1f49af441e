// SPDX-License-Identifier: Apache-2.0
// Writes the status section: node_state, transient attributes and lrm_resource history, as
// Pacemaker writes them, so that `status`, the scheduler and Pacemaker's own tools can read it.
// Every function counts one status update.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "core/cib/document.h"
#include "core/model/agent_name.h"
#include "core/model/values.h"

namespace mainstay::cib {

/// One lrm_rsc_op. Pending operations have rc 193 and op_status -1.
struct OperationRecord {
  std::string node{};
  std::string resource{};
  model::AgentName agent{};
  std::string operation{};  ///< start, stop, monitor, …
  Duration interval{0};
  std::string transition_key{};  ///< "action:transition:expected_rc:uuid"
  int rc = 0;
  int op_status = 0;
  std::int64_t call_id = 0;
  std::string exit_reason{};
  WallTime last_rc_change{};  ///< seconds are kept
  Duration exec_time{0};
  Duration queue_time{0};
  bool watched = false;        ///< recurring: changes are told of, too; an attribute of our own
  model::Values parameters{};  ///< op-digest is computed from these
  Duration timeout{0};         ///< takes part in the digest of recurring operations
};

/// Expected rc of a transition key; -1 if it has none.
int expected_rc(const std::string& transition_key);

/// Upserts the entry as Pacemaker does: RSC_last_0 for one-off operations, RSC_OP_INTERVAL for
/// recurring ones and RSC_monitor_0 for probes… and, for failures, RSC_last_failure_0 beside it.
void record_operation(Document& document, const OperationRecord& record);

/// Removes the entry of a recurring operation that was cancelled.
void forget_operation(Document& document, const std::string& node, const std::string& resource,
                      const std::string& operation, Duration interval);

/// Removes the history of one resource on one node (empty node: on all). The fail counts stay.
void forget_resource(Document& document, const std::string& node, const std::string& resource);

/// What is known about a node. Unset fields are left alone.
struct NodeStateUpdate {
  std::string id{};  ///< corosync nodeid as text
  std::string uname{};
  std::optional<bool> in_ccm{};           ///< host in the ring
  std::optional<bool> crmd_online{};      ///< daemon in the group
  std::optional<std::string> join{};      ///< down, pending, member
  std::optional<std::string> expected{};  ///< down, member
};
void update_node_state(Document& document, const NodeStateUpdate& update);

/// Drops the history and transient attributes of a node that (re)joins with nothing known about it.
void forget_node_history(Document& document, const std::string& uname);

/// Transient attributes ("reboot" lifetime). An absent value removes the attribute.
void set_transient_attribute(Document& document, const std::string& uname, const std::string& name,
                             const std::optional<std::string>& value);
/// What is stored where `value` is wanted: "value++" and "value+=N" count from what is there
/// (nothing and what is no number: from 0), as Pacemaker's attribute daemon does; all else is
/// itself.
std::string counted_value(const std::string& value, const std::optional<std::string>& present);
std::optional<std::string> transient_attribute(const Document& document, const std::string& uname,
                                               const std::string& name);

/// Adds one to fail-count-RSC#OP_INTERVAL (to INFINITY when `infinite`) and sets
/// last-failure-RSC#OP_INTERVAL.
void count_failure(Document& document, const std::string& node, const std::string& resource,
                   const std::string& operation, Duration interval, WallTime when, bool infinite);

/// Removes fail-count-* and last-failure-* of a resource (empty node: everywhere; empty operation:
/// all).
void clear_failures(Document& document, const std::string& node, const std::string& resource,
                    const std::string& operation, std::optional<Duration> interval);

}  // namespace mainstay::cib
