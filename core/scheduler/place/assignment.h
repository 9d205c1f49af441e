// SPDX-License-Identifier: Apache-2.0
// What the assignment of resources to nodes works on, and its steps, one file each:
// node_criteria.cpp (locations, stickiness, failures), assign_primitive.cpp, assign_group.cpp,
// assign_instances.cpp (clones), instance_order.cpp, promotion.cpp, utilization.cpp. Private to
// this folder.
#pragma once

#include <string>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/scheduler/place/colocation.h"
#include "core/scheduler/place/placement.h"

namespace mainstay::scheduler {

/// How far one resource is.
struct Progress {
  bool assigned = false;
  bool assigning = false;  ///< to see loops of colocations
  bool merging = false;    ///< its wishes are being asked for: to see loops there
  bool promotion_scores_added = false;
  bool roles_chosen = false;
};

struct Assignment {
  Assignment(const model::ClusterState& cluster, PlacementTrace* record);

  const model::Resource& resource(int index) const {
    return state.resources[static_cast<std::size_t>(index)];
  }
  const model::NodeState& node(int index) const {
    return state.nodes[static_cast<std::size_t>(index)];
  }
  Weights& weights(int index) { return placement.weights[static_cast<std::size_t>(index)]; }
  const Weights& weights(int index) const {
    return placement.weights[static_cast<std::size_t>(index)];
  }
  Progress& of(int index) { return progress[static_cast<std::size_t>(index)]; }
  const Progress& of(int index) const { return progress[static_cast<std::size_t>(index)]; }
  std::vector<int>& children(int index) {
    return placement.children[static_cast<std::size_t>(index)];
  }
  const std::vector<int>& children(int index) const {
    return placement.children[static_cast<std::size_t>(index)];
  }
  int& assigned_node(int index) { return placement.node[static_cast<std::size_t>(index)]; }
  model::Role& next_role(int index) { return placement.role[static_cast<std::size_t>(index)]; }
  model::Role next_role(int index) const { return placement.role[static_cast<std::size_t>(index)]; }
  bool managed(int index) const { return placement.managed[static_cast<std::size_t>(index)] != 0; }
  int node_count() const { return static_cast<int>(state.nodes.size()); }
  bool is_available(int node) const {
    return placement.available[static_cast<std::size_t>(node)] != 0;
  }
  bool is_guest(int index) const;
  /// With which a node enters the allowed nodes of a resource later on.
  int late_score(int index) const;

  /// A replica's node is there for what the replica holds, and for nothing else.
  void allow_bundle_nodes();

  const model::ClusterState& state;
  PlacementTrace* trace;
  Colocations colocations;
  Placement placement;
  std::vector<Progress> progress;
  std::vector<int> priority;                ///< by resource; promotable instances change theirs
  std::vector<std::vector<int>> instances;  ///< by clone and node: how many are there
  std::vector<int> chosen_score;            ///< by primitive: the score of its node when chosen
  std::vector<char> reads_host;             ///< by resource: container-attribute-target is host
  std::vector<int> promoted_locations;      ///< those of the role Promoted, in state.locations
  bool all_named = true;                    ///< no remote node whose state was never recorded
  std::vector<Weights> scratch;             ///< to be worked on and handed back
};

/// Gives the resource (all its members) a node, after what it depends on. `prefer` is taken if no
/// other is better; with `stop_if_fail` a resource without node will be stopped, else it stays
/// open. The node, or -1.
int assign(Assignment& work, int resource, int prefer, bool stop_if_fail);
/// Lets a primitive's colocations work on its scores.
void apply_colocations(Assignment& work, int resource);
int assign_primitive(Assignment& work, int resource, int prefer, bool stop_if_fail);
int assign_group(Assignment& work, int resource, int prefer, bool stop_if_fail);
int assign_clone(Assignment& work, int resource);
int assign_bundle(Assignment& work, int resource, int prefer, bool stop_if_fail);

/// Puts a primitive (or every member) on a node; -1: nowhere. `force`: whatever the scores.
void assign_to(Assignment& work, int resource, int node, bool force, bool stop_if_fail);
void unassign(Assignment& work, int resource);

/// Locations, stickiness, fail limits, shutdown locks, exclusive discovery.
void apply_node_criteria(Assignment& work);
/// Whether a resource failed on a node as often as migration-threshold allows.
bool reaches_fail_limit(const Assignment& work, int resource, int node);
/// Adds a score for a resource and all its members; node -1: on all nodes.
void add_score(Assignment& work, int resource, int node, int score, ScoreReason::Kind kind,
               const std::string& source);

/// Distributes instances: those that run stay if they can, then the others.
void assign_instances(Assignment& work, int collective, const std::vector<int>& instances,
                      int maximum, int per_node);
/// Negative: `a` goes first. Not a strict weak ordering: see sort_like_merge().
int compare_instances(Assignment& work, int a, int b);
/// The instance of `collective` that is (or will be) where `match` is; -1: none.
int compatible_instance(const Assignment& work, int match, int collective, model::Role role,
                        bool current);
/// Node scores of a clone's instances from the promotion scores that their agents set.
void add_promotion_scores(Assignment& work, int clone);
/// Pulls the node scores of a clone by what wants to be with a promoted instance.
void pull_promoted(Assignment& work, int clone);
/// Chooses which instances are promoted.
void choose_roles(Assignment& work, int clone);

/// Bans nodes without capacity for the resource and what must be with it. The node with the most,
/// or -1 if utilization does not matter.
int ban_insufficient_capacity(Assignment& work, int resource);
/// Negative: node `a` has more capacity left.
int compare_capacities(const Placement& placement, int a, int b);
void take_capacity(Assignment& work, int node, int resource);
void give_back_capacity(Assignment& work, int node, int resource);
/// The order of assignment under a placement strategy: priority, then the scores.
void sort_resources(Assignment& work, std::vector<int>& resources);

/// Whether any node that can run resources has a score of at least 0.
bool any_node_usable(const Assignment& work, const Weights& weights);
/// Where it is now (`current`) or will be; -1: nowhere or on several nodes.
int location_of(const Assignment& work, int resource, bool current);
/// The one of its nodes that counts as current, clean ones first; -1: none. `count`: of all.
int current_node(const Assignment& work, int resource, int* count = nullptr);
/// The highest role of a resource and its members.
model::Role role_of(const Assignment& work, int resource, bool current);
/// Whether it or a member is blocked.
bool any_blocked(const Assignment& work, int resource);
/// The clone or group around, outermost (a bundle does not count); itself if there is none.
int top_of(const Assignment& work, int resource);

/// The score with which its node was chosen (its first member's, if it has members).
int chosen_score(const Assignment& work, int resource);

void record_scores(Assignment& work, int resource, ScoreLine::Stage stage);

/// A merge sort that asks `before(b, a)` only where glib's list sort would: comparisons of
/// instances are not transitive, so the algorithm is part of the result.
template <typename Compare>
void sort_like_merge(std::vector<int>& list, const Compare& compare) {
  if (list.size() < 2) {
    return;
  }
  const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
  std::vector<int> left(list.begin(), middle);
  std::vector<int> right(middle, list.end());
  sort_like_merge(left, compare);
  sort_like_merge(right, compare);
  std::size_t i = 0;
  std::size_t j = 0;
  for (int& out : list) {
    const bool take_left =
        j == right.size() || (i < left.size() && compare(left[i], right[j]) <= 0);
    out = take_left ? left[i++] : right[j++];
  }
}

}  // namespace mainstay::scheduler
