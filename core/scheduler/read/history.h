// SPDX-License-Identifier: Apache-2.0
// From recorded operations to a resource's state on a node. Private to this folder.
#pragma once

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

/// Failures of a resource on a node. With `effective`, expired ones do not count.
int fail_count(const model::ClusterState& state, int resource, int node, bool effective,
               std::int64_t* last_failure = nullptr);
/// The same on a state whose reader is still running; never expires when an operation blocks.
bool failures_block(const model::ClusterState& state, int resource, int node);

/// An lrm_rsc_op as it stands there.
model::HistoryEntry read_entry(pugi::xml_node xml);

/// One resource on one node: what its entries say when taken in order.
class HistoryReading {
 public:
  HistoryReading(Reading& reading, int resource, int node)
      : reading_(reading), index_(resource), node_(node) {}
  void run(std::vector<model::HistoryEntry>& entries);

 private:
  model::Resource& resource() { return reading_.resource(index_); }
  void take(model::HistoryEntry& entry);
  bool expired(const model::HistoryEntry& entry);
  bool waits_for_fencing(const model::HistoryEntry& entry);
  /// The op-status that counts after the exit code was judged.
  int judge_exit_code(const model::HistoryEntry& entry, int rc, bool expired);
  void take_pending(const model::HistoryEntry& entry);
  void take_success(const model::HistoryEntry& entry, int rc);
  void take_failure(const model::HistoryEntry& entry, int rc, model::OnFail policy,
                    model::Role fail_role);
  void take_migration_success(const model::HistoryEntry& entry);
  void take_migration_failure(const model::HistoryEntry& entry);
  void finish();
  void apply_failure();
  void restart_container(bool active);
  void reset_remote(bool active);
  void fence_lost_node();
  void set_active();
  void demand(model::HistoryDemand::Kind kind, const std::string& reason);
  int ban_target();
  std::pair<model::OnFail, model::Role> failure_handling(const model::HistoryEntry& entry);

  Reading& reading_;
  int index_;
  int node_;
  model::OnFail on_fail_ = model::OnFail::ignore;
  const model::HistoryEntry* last_failure_ = nullptr;
  std::vector<model::HistoryEntry>* entries_ = nullptr;
};

/// Stops the containers whose connections failed; where they run is known at the end only.
void stop_needed_containers(Reading& reading);

/// Takes a resource as running on a node, with what follows for unmanaged and multiply active ones.
/// `failed`: its history says that it failed there.
void add_running(Reading& reading, int resource, int node, bool failed = false);

}  // namespace mainstay::scheduler
