// SPDX-License-Identifier: Apache-2.0
// What is worth telling of a node's attributes and of what was done there.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/model/cluster_state.h"

namespace mainstay::report {

/// A resource's operations on a node, with its failures there.
struct ResourceHistory {
  const model::HistoryResource* recorded = nullptr;  ///< null: only failures are known
  std::string id;
  bool removed = false;
  int migration_threshold = model::kInfinity;
  int fail_count = 0;
  std::int64_t last_failure = 0;
  std::vector<const model::HistoryEntry*> operations;
};

/// "VIP: migration-threshold=3 fail-count=1 last-failure='…'".
std::string heading_of(const ResourceHistory& history);

/// Failures of a resource on a node, of all its operations together.
int fail_count(const model::NodeState& node, const std::string& resource);

/// Whether the history of any node that is online was read.
bool any_history(const model::ClusterState& state);

/// Those of `node`, if it is online, with operations that are worth telling, in their order.
std::vector<ResourceHistory> histories(const model::ClusterState& state, int node);

/// Attributes without those that are the cluster's own affair.
std::vector<std::pair<std::string, std::string>> shown_attributes(const model::NodeState& node);

/// "Tue Nov 24 00:18:15 2026", local time.
std::string clock_text(std::int64_t seconds);

/// "VIP_start_0 (node=node1, call=5, rc=0): complete".
std::string operation_text(const model::HistoryEntry& entry, const std::string& node);

/// "site\tgranted", with blanks where it is not in standby, and since when.
std::string ticket_text(const model::Ticket& ticket);

/// "probe" for a monitor that ran once.
std::string task_text(const model::HistoryEntry& entry);

/// A negative location constraint of a node.
struct Ban {
  std::string id;
  std::string resource;
  std::string node;
  int score = 0;
  bool promoted_only = false;
};
std::vector<Ban> bans(const model::ClusterState& state);

}  // namespace mainstay::report
