// SPDX-License-Identifier: Apache-2.0
// Where each resource goes: one node or none for every primitive, and in which role. Read by the
// phases after it and by whoever explains decisions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/scheduler/read/lookup.h"

namespace mainstay::scheduler {

/// A score for every node; a node that is not allowed cannot be chosen and takes no score (opt-in
/// clusters).
struct Weights {
  Weights() = default;
  Weights(std::size_t nodes, int each, bool may)
      : score(nodes, each), allowed(nodes, may ? 1 : 0) {}

  std::vector<int> score;
  std::vector<char> allowed;
};

/// How a node will be once the remote connections are where they are placed. For members this is
/// what the state says.
struct NodeOutlook {
  bool online = false;
  bool unclean = false;
  bool shutdown = false;
};

struct Placement {
  std::vector<int> node;          ///< by resource; -1: nowhere, or a clone
  std::vector<model::Role> role;  ///< by resource: the next role; the highest one of its children
  std::vector<char> managed;      ///< by resource: whether we may start and stop it
  std::vector<char> left_out;     ///< by resource: whether it was ever decided to be nowhere
  std::vector<Weights> weights;   ///< by resource: what decided, for explanations
  std::vector<std::vector<int>> children;  ///< members; instances in the order of assignment
  std::vector<int> promotion;              ///< by resource: what promotion was decided by
  /// By resource and node: whether locations and the like let it run there, before any assignment.
  std::vector<std::vector<char>> eligible;
  std::vector<int> top_level;  ///< in the order of assignment
  std::vector<NodeOutlook> nodes;
  std::vector<int> load;        ///< by node: how many resources were given to it
  std::vector<char> available;  ///< by node: whether it can be given any
  std::vector<std::map<std::string, int>> free_capacity;  ///< by node: utilization that is left
};

/// The nodes that `weights` allow, best first; of equals, `current` (-1: none) goes first.
std::vector<int> sorted_nodes(const model::ClusterState& state, const Placement& placement,
                              const Weights& weights, int current);

/// One contribution to a score, for `mainstay explain`.
struct ScoreReason {
  enum class Kind {
    location,       ///< source: the constraint
    stickiness,     ///< source: the resource
    history,        ///< source: what the history says, such as "hard-error"
    fail_limit,     ///< source: the resource
    discovery,      ///< exclusive discovery elsewhere
    shutdown_lock,  ///< source: the node that holds the lock
    colocation,     ///< source: the constraint; `other` is what it is colocated with
    attraction,     ///< source: the constraint; `other` is the dependent whose wishes pull
    limit,          ///< the node holds enough instances of the clone already
    capacity,       ///< utilization
    promotion,      ///< a promotion score that the agent set
    stopped,        ///< the resource is to be stopped
  };
  Kind kind = Kind::location;
  int resource = -1;
  int node = -1;
  int score = 0;
  std::string source;
  int other = -1;
};

/// A line of crm_simulate --show-scores.
struct ScoreLine {
  enum class Stage { primitive, group, clone, bundle, promotion };
  Stage stage = Stage::primitive;
  int resource = -1;
  int node = -1;  ///< -1: none
  int score = 0;
};

/// What happened on the way, for people. Only kept if somebody asks.
struct PlacementTrace {
  std::vector<ScoreLine> lines;
  std::vector<ScoreReason> reasons;
};

/// Assigns resources by priority, each after what it is colocated with. `trace`, if not null, is
/// filled.
Placement place(const model::ClusterState& state, PlacementTrace* trace = nullptr);

/// The node to which a resource is locked while that shuts down cleanly; -1: none.
int shutdown_lock_of(const model::ClusterState& state, int index);

/// Online, clean, staying and neither standby nor in maintenance.
bool is_available(const model::NodeState& node);

}  // namespace mainstay::scheduler
