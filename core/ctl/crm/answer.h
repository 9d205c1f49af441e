// SPDX-License-Identifier: Apache-2.0
// What Pacemaker's tools have in common: exit codes, complaints, the cluster that they ask.
#pragma once

#include <string>

#include "core/ctl/cib_access.h"
#include "core/ctl/grammar.h"
#include "core/ctl/resource_create.h"
#include "core/model/cluster_state.h"

namespace mainstay::ctl::crm {

// Pacemaker's crm_exit_t (include/crm/common/results.h).
inline constexpr int kOk = 0;
inline constexpr int kError = 1;
inline constexpr int kUsage = 64;
inline constexpr int kDisconnected = 102;
inline constexpr int kNoSuch = 105;
inline constexpr int kTimedOut = 124;

/// The state's histories are views into the CIB.
struct KnownState {
  Snapshot snapshot;
  model::ClusterState state;
};

/// One run of a tool. Options of its own are added to its grammar before parse().
struct Run {
  explicit Run(const char* name);

  Grammar grammar() const { return command_line_.grammar(); }
  /// The tool's name.
  const char* program() const { return command_line_.program(); }

  /// Nothing: go on. Else the exit code; what is to be said has been said.
  std::optional<int> parse(int argc, char** argv);

  /// The cluster's, or the file that the environment's CIB_file names.
  CibAccess cib() const;
  /// What no file knows.
  CibAccess cluster() const { return {socket, ""}; }
  /// What cib() means.
  Result<KnownState> state() const;
  /// "crm_node: …" on stderr; the code that fits the error.
  int complain(const Error& error) const;
  /// The same for what is not there, in Pacemaker's words.
  int nothing_there() const;
  /// Warnings of a plan are for operators.
  int carry_out(const Result<Plan>& plan) const;
  int set_transient(const std::string& node, const model::AttributeUpdate& update) const;

  std::string socket = control::kDefaultSocket;
  bool quiet = false;

 private:
  CommandLine command_line_;
  bool verbose_ = false;
};

/// The node that a tool works on unless told.
std::string local_node(const Snapshot& snapshot);

}  // namespace mainstay::ctl::crm
