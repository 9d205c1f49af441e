// SPDX-License-Identifier: Apache-2.0
// The actions that a placement makes necessary, or keeps as optional, and how they depend on each
// other. Private to this folder.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/model/transition_graph.h"
#include "core/scheduler/placement.h"

namespace mainstay::scheduler {

/// One thing that could be done. Optional ones matter because an ordering may make them required.
struct Action {
  model::ActionKind kind = model::ActionKind::resource;
  std::string task;
  int resource = -1;
  int node = -1;
  Duration interval{0};
  int expected_rc = 0;
  bool required = false;
  bool runnable = true;
  bool implied = false;  ///< done by a fencing: becomes a pseudo-action
  bool held = false;     ///< the stop of a blocked resource: what needs it cannot run
  bool again = false;    ///< a start that is still going on: sent again, restarts nothing
  std::string reason;    ///< why it is required, or why it cannot run: the first cause found
};

/// What one action means for another. Flags of one relation; `first` always goes before `then`.
struct Relation {
  int first = -1;
  int then = -1;
  bool first_requires_then = false;      ///< a required first makes then required
  bool then_requires_first = false;      ///< a required then makes first required
  bool unrunnable_first_blocks = false;  ///< then cannot run if first is wanted and cannot
  int colocated_with = -1;               ///< no order: then's resource must be with this one
};

class ActionTable {
 public:
  /// The existing action of that name, or a new optional one.
  int make(model::ActionKind kind, const std::string& task, int resource, int node,
           Duration interval = Duration{0});
  /// -1 if there is none.
  int find(const std::string& task, int resource, int node, Duration interval = Duration{0}) const;
  /// Every action of that task of a resource, on whatever node.
  std::vector<int> all(const std::string& task, int resource) const;

  void require(int action, const std::string& reason);
  void forbid(int action, const std::string& reason);
  void relate(const Relation& relation) { relations_.push_back(relation); }
  void order(int first, int then) { relate({first, then, false, false, false}); }

  Action& operator[](int action) { return actions_[static_cast<std::size_t>(action)]; }
  const Action& operator[](int action) const { return actions_[static_cast<std::size_t>(action)]; }
  std::size_t size() const { return actions_.size(); }
  const std::vector<Relation>& relations() const { return relations_; }

 private:
  using Key = std::tuple<int, std::string, int, std::int64_t>;
  std::vector<Action> actions_;
  std::vector<Relation> relations_;
  std::map<Key, int> by_key_;
};

/// Probes, starts, stops and monitors of every primitive; the pseudo-actions of groups; fencing and
/// shutdown of nodes.
void add_resource_actions(const model::ClusterState& state, const Placement& placement,
                          ActionTable& table);
void add_node_actions(const model::ClusterState& state, const Placement& placement,
                      ActionTable& table);

/// Orderings: constraints, groups, stop before start, fencing before takeover, stops before
/// shutdown.
void add_orderings(const model::ClusterState& state, const Placement& placement,
                   ActionTable& table);

/// Carries "required" and "cannot run" along the relations until nothing changes.
void propagate(const model::ClusterState& state, ActionTable& table);

model::TransitionGraph build_graph(const model::ClusterState& state, const Placement& placement,
                                   const ActionTable& table);
std::vector<model::Decision> summarise(const model::ClusterState& state, const Placement& placement,
                                       const ActionTable& table);

/// Whether this node can be fenced at all: a device, and quorum or a target that is one of us.
bool can_fence(const model::ClusterState& state, const model::NodeState& node);

}  // namespace mainstay::scheduler
