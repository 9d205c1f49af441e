// SPDX-License-Identifier: Apache-2.0
// The plan while it grows: placement, the actions that it needs, their orderings, and the nodes
// that must be fenced. Private to this folder.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/cluster_state.h"
#include "core/model/transition_graph.h"
#include "core/scheduler/act/action_table.h"
#include "core/scheduler/place/placement.h"

namespace mainstay::scheduler {

struct Plan {
  Plan(const model::ClusterState& cluster, Placement decided);

  const model::ClusterState& state;
  Placement placement;
  ActionTable table;
  std::vector<Ordering> orderings;
  std::vector<NodeOutlook> nodes;            ///< as known now; once placed, as they will be
  std::vector<char> requires_reset;          ///< by node: a guest that must be recovered
  std::vector<char> reloading;               ///< by resource
  std::vector<char> gave_up_migration;       ///< by resource: half done, but it cannot go on
  std::vector<char> start_again;             ///< by resource: its start is sent whatever it did
  std::vector<std::vector<char>> excluded;   ///< by clone: nodes left out by exclusive discovery
  std::vector<std::vector<int>> containers;  ///< by bundle: its replicas'

  const model::Resource& resource(int index) const {
    return state.resources[static_cast<std::size_t>(index)];
  }
  const model::NodeState& node(int index) const {
    return state.nodes[static_cast<std::size_t>(index)];
  }
  int node_count() const { return static_cast<int>(state.nodes.size()); }
  int home(int resource) const { return placement.node[static_cast<std::size_t>(resource)]; }
  model::Role next_role(int resource) const {
    return placement.role[static_cast<std::size_t>(resource)];
  }
  model::Role role(int resource) const {
    return std::max(this->resource(resource).role, model::Role::stopped);
  }
  bool managed(int resource) const {
    return placement.managed[static_cast<std::size_t>(resource)] != 0;
  }
  bool is_online(int node) const { return nodes[static_cast<std::size_t>(node)].online; }
  bool shuts_down(int node) const { return nodes[static_cast<std::size_t>(node)].shutdown; }
  bool is_unclean(int node) const { return nodes[static_cast<std::size_t>(node)].unclean; }
  bool runs_on(int index, int where) const;
  bool is_active(int resource) const { return !resource_active(resource).empty(); }
  const std::vector<int>& resource_active(int resource) const {
    return this->resource(resource).running_on;
  }
  /// Where it is now, if several nodes have it the one that counts; -1: nowhere.
  int current(int index) const;
  /// The outermost resource that holds it, or the outermost inside a bundle.
  int top(int index) const;
  bool is_bundled(int index) const;
  bool in_clone(int index) const;
  /// What runs in a bundle's container; -1: nothing, or no bundle's container.
  int inside(int container) const { return resource(container).contained; }
  bool is_promotable(int resource) const { return this->resource(top(resource)).promotable; }
  /// The role of anything: for a collective the highest of its members'.
  model::Role current_role_of(int index) const;
  /// Where anything is or will be, if that is one node; -1 otherwise.
  int location(int index, bool now) const;

  /// Makes an action, or finds it; `optional` false makes it required.
  int want(int index, std::string_view name, int where, bool optional,
           Duration interval = Duration{0});
  int pseudo(int index, std::string_view name, bool optional, bool runnable);
  /// A synchronisation point that belongs to no resource.
  int milestone(std::string_view name);
  int cancel(int index, std::string_view name, Duration interval, int where);
  int fence(int where, const std::string& how, bool optional, const std::string& reason);
  void demand_fencing(int where, const std::string& reason);
  bool can_fence(int where) const;
  /// Whether a device that unfences is another now than when it unfenced that node.
  bool must_unfence_again(int where) const;
  /// Whether a migration was begun, and only its second half is missing.
  bool is_half_migrated(int index) const;
  void explain(int index, const std::string& reason, bool overwrite = false);
  /// Sets a flag while orderings take effect; whether that changed it.
  bool set(int action, bool Action::*flag, bool value);
  /// How often something was changed, since orderings take effect, of an action's outermost
  /// resource; all actions of nobody are as one.
  unsigned changes_around(int action) const { return changes_[slot_of(table[action].resource)]; }

  void order(const Endpoint& first, const Endpoint& then, Effects effects);
  void order(int first, std::string_view first_task, int then, std::string_view then_task,
             Effects effects) {
    order({-1, first, first_task}, {-1, then, then_task}, effects);
  }

  /// The resource is to run nowhere after all.
  void leave_out(int index);

  bool is_guest(int where) const;
  bool is_remote(int node) const { return this->node(node).type == model::NodeType::remote; }

 private:
  std::size_t slot_of(int resource) const;
  void judge_runnable(int index);
  void add_migration_equivalents(const Ordering& ordering);

  std::vector<int> outermost_;     ///< by resource: what holds it, bundles too
  std::vector<unsigned> changes_;  ///< by outermost resource, and one for what is nobody's
};

/// The phases, in their order.
void recall_history(Plan& plan);            // what runs regularly, what reading already demands
void add_internal_orderings(Plan& plan);    // of primitives, groups, clones and bundles
void add_constraint_orderings(Plan& plan);  // rsc_order, anti-colocation
void apply_changed_parameters(Plan& plan);  // restart, reload, reschedule, cancel, delete
void apply_placement(Plan& plan);           // what it means for nodes and for actions so far
void apply_placed_parameters(Plan& plan);   // those that a container's place decides
void add_probes(Plan& plan);
void add_resource_actions(Plan& plan);  // the path from each role to the next
void add_remote_orderings(Plan& plan);
void add_node_actions(Plan& plan);        // fencing and shutdown
void apply_orderings(Plan& plan);         // orderings become edges; edges take effect
void add_notifications(Plan& plan);       // to each instance, now that it is known what happens
void add_maintenance_update(Plan& plan);  // for remote nodes that do not know of theirs yet
model::TransitionGraph build_graph(const Plan& plan);
std::vector<model::Decision> summarise(const Plan& plan);

// Parts of phases.
void add_recurring_actions(Plan& plan, int index);
void add_primitive_actions(Plan& plan, int index);
void add_collective_actions(Plan& plan, int index);
void add_bundle_actions(Plan& plan, int index);
/// A collective's start and stop (promote and demote) with what comes after, and its instances'
/// own.
void add_instance_pseudos(Plan& plan, int collective, const std::vector<int>& instances);
void add_promotion_pseudos(Plan& plan, int collective, const std::vector<int>& instances);
void create_actions(Plan& plan, int index);
bool can_migrate(const Plan& plan, int index, int current);
void add_migration(Plan& plan, int index, int current);
void clean_up(Plan& plan, int index, int node, bool optional);
void require_unfencing(Plan& plan, int device, int node, const std::string& reason);
void order_after_unfencing(Plan& plan, int index, int node, int action, Effects effects);
void order_against_fencing(Plan& plan, int fence);
/// Instances of a clone, replicas' containers of a bundle.
inline const std::vector<int>& instances_of(const Plan& plan, int collective) {
  return plan.resource(collective).variant == model::Variant::bundle
             ? plan.containers[static_cast<std::size_t>(collective)]
             : plan.resource(collective).children;
}
/// The instance of `collective` that shares a node with `resource`; -1: none.
int matching_instance(const Plan& plan, int resource, int collective, model::Role role, bool now);
/// Whether what a collective consists of is not all held back from this.
bool some_part_may(const Plan& plan, int whole, std::string_view name);
/// Whether two collectives are ordered instance by instance.
bool can_interleave(const Plan& plan, const Action& first, const Action& then);
/// Whether what a bundle does is, for one side of an interleaved ordering, about what runs in its
/// containers rather than about these.
bool is_about_inside(std::string_view task, bool as_first);
/// Carries what an action became to everything ordered after it.
void settle(Plan& plan);

/// A member that runs stops before the one ahead of it in its group starts anew.
void order_new_member(Plan& plan, int member, int previous);
/// Puts an instance of an ordered clone in its place among all of them, by number.
void order_instance(Plan& plan, const std::vector<int>& instances, std::size_t place);
/// The mandatory colocations whose dependents cannot be where `primary`, the outermost resource,
/// cannot; for a group also those with its members.
std::vector<const model::ColocationConstraint*> dependents_of(const Plan& plan, int primary);
void add_probe_orderings(Plan& plan);
/// The pseudo-action that stands for a collective's `first` in its ordering with `then`: itself, if
/// `then` is part of that.
int stand_in(const Plan& plan, int first, int then);

/// Whether it is done at all, and whether its then waits for an edge's first.
bool belongs_in_graph(const Plan& plan, const Action& action);
bool is_input(const Plan& plan, const Edge& edge);

struct Flags {
  bool optional = true;
  bool runnable = true;
  bool migratable = false;
};
/// What an action is for those ordered with it; collectives sum up their members, and what they
/// thereby must do or cannot do becomes theirs.
Flags flags_of(Plan& plan, int action, int node);
/// The same for one side of an ordering whose other side is on `node`.
Flags flags_for_ordering(Plan& plan, int action, int node);
/// Applies one effect of an edge to its actions; `flags` are what first is for then.
void apply_effect(Plan& plan, int first, int then, const Flags& flags, Effects effect);

}  // namespace mainstay::scheduler
