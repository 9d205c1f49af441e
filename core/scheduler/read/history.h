// SPDX-License-Identifier: Apache-2.0
// From recorded operations to a resource's state on a node. Private to this folder.
#pragma once

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

/// Failures of a resource on a node, whether they expired or not.
int fail_count(const model::ClusterState& state, int index, int node);
/// Those that did not expire: the last is not older than failure-timeout, or one of them blocks.
int effective_fail_count(const model::ClusterState& state, int index, int node);
/// Whether this entry is the failure of an operation with on-fail=block: it never expires.
bool failure_blocks(const model::Resource& resource, const model::HistoryEntry& entry);

/// Whether shutdown-lock may keep a resource to its node: not an instance, a fence device or a
/// connection, which are wanted elsewhere at once.
bool may_be_locked(const model::ClusterState& state, int index);

bool is_probe(const model::HistoryEntry& entry);
/// Whether an entry tells anything about the state of the resource.
bool affects_state(const model::HistoryEntry& entry);
/// Whether an exit code still tells about the resource although the failure has expired.
bool counts_though_expired(const model::HistoryEntry& entry, int rc);
/// Whether what was found running on a node is not managed there; if so, it is kept there.
bool stays_unmanaged(Reading& reading, int index, int node);

/// An lrm_rsc_op as it stands there.
model::HistoryEntry read_entry(pugi::xml_node xml);

/// One resource on one node: what its entries say when taken in order.
/// history_state.cpp: what each entry means; history_expiry.cpp: whether it still does;
/// history_migration.cpp: entries about two nodes; failure_policy.cpp: what a failure asks for;
/// history_finish.cpp: what follows at the end.
class HistoryReading {
 public:
  HistoryReading(Reading& reading, int resource, int node)
      : reading_(reading), index_(resource), node_(node) {}
  void run(std::vector<model::HistoryEntry>& entries);

 private:
  model::Resource& resource() { return reading_.resource(index_); }
  void take(model::HistoryEntry& entry);
  /// Whether it is older than failure-timeout allows; asks for what is to be forgotten then.
  bool expired(const model::HistoryEntry& entry);
  bool failure_expired(const model::HistoryEntry& entry);
  bool parameters_changed(const model::HistoryEntry& entry);
  /// Whether it is a probe that says in its way that the resource is not there.
  bool masks_failure(const model::HistoryEntry& entry);
  bool waits_for_fencing(const model::HistoryEntry& entry);
  /// The op-status that counts after the exit code was judged.
  int judge_status(const model::HistoryEntry& entry, int& rc, bool is_expired);
  int judge_exit_code(const model::HistoryEntry& entry, int rc, bool is_expired);
  void block_if_stop_failed(const model::HistoryEntry& entry);
  /// What to do with a result that is older than failure-timeout; true: nothing more.
  bool forget(model::HistoryEntry& entry, int rc);
  void not_running();
  void mask_failure(const model::HistoryEntry& entry);
  void take_pending(const model::HistoryEntry& entry);
  void take_success(const model::HistoryEntry& entry, int rc);
  void take_failure(const model::HistoryEntry& entry, int rc, model::OnFail policy,
                    model::Role fail_role);
  void clear_failure();
  void ignore_failure(const model::HistoryEntry& entry, model::OnFail policy);
  void take_migration_success(const model::HistoryEntry& entry);
  void take_migration_to_failure(const model::HistoryEntry& entry);
  void take_migration_from_failure(const model::HistoryEntry& entry);
  void fail_migration();
  void finish();
  void know_here();
  void take_as_active(model::OnFail recorded);
  void apply_failure();
  void restart_container(bool active);
  void reset_remote(bool active);
  void fence_lost_node();
  void set_active();
  void demand(model::HistoryDemand::Kind kind, const std::string& reason);
  void list_failure(const model::HistoryEntry& entry);
  int ban_target();
  std::pair<model::OnFail, model::Role> failure_handling(const model::HistoryEntry& entry);

  Reading& reading_;
  int index_;
  int node_;
  model::OnFail on_fail_ = model::OnFail::ignore;
  const model::HistoryEntry* last_failure_ = nullptr;
};

/// Asks for it, once.
void demand(model::ClusterState& state, model::HistoryDemand wanted);
/// Asks for a stop; where the node is down, only fencing can make sure of it (maintenance begins
/// later).
void demand_stop(Reading& reading, int resource, int node, const std::string& reason);
/// Stops the containers whose connections failed; where they run is known at the end only.
void stop_needed_containers(Reading& reading);

/// Takes a resource as running on a node, with what follows for unmanaged and multiply active ones.
/// `failed`: its history says that it failed there.
void add_running(Reading& reading, int index, int node, bool failed = false);

}  // namespace mainstay::scheduler
