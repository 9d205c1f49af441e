// SPDX-License-Identifier: Apache-2.0
// Colocations: which of them concern a resource, in which order, and what they do to node scores.
// Private to this folder.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/model/cluster_state.h"
#include "core/scheduler/place/placement.h"

namespace mainstay::scheduler {

struct Assignment;

/// "dependent with primary", as configured or implied (a group's members, a guest's connection).
struct ColocationLink {
  std::string id;
  int dependent = -1;
  int primary = -1;
  model::Role dependent_role = model::Role::unknown;
  model::Role primary_role = model::Role::unknown;
  int score = 0;
  std::string node_attribute = "#uname";
  bool influence = true;
  bool configured = false;

  bool mandatory() const { return score >= model::kInfinity || score <= -model::kInfinity; }
};

/// Indices of links, in the order in which they are evaluated.
using Links = boost::container::small_vector<int, 8>;

struct Colocations {
  std::deque<ColocationLink> links;  ///< each stays where it is while others are added
  std::vector<Links> with_others;    ///< by resource: links in which it is the dependent itself
  std::vector<Links> with_this;      ///< by resource: links in which it is the primary itself

  /// Puts a link into the lists of its ends.
  void add(const model::ClusterState& state, ColocationLink link);

  const ColocationLink& operator[](int index) const {
    return links[static_cast<std::size_t>(index)];
  }
};

/// The connection to the remote node that a container is, or holds; -1: none.
int connection_of_container(const model::ClusterState& state, int container);
/// Whether it is configured to run within a guest: on that node, wherever the container is.
bool is_inside_guest(const model::ClusterState& state, int index);
/// Whether what has a container must be on the same node: a bundle's connection only should.
bool must_be_with_container(const model::ClusterState& state, int index);

Colocations link_resources(const model::ClusterState& state);

/// The links that matter when this resource is placed, with those that it takes over from the
/// resources around it.
Links links_with_others(const Assignment& work, int resource);
Links links_with_this(const Assignment& work, int resource);

/// What a link acts on when both ends are looked at.
enum class LinkEffect { nothing, location, role };
/// `preview`: as if the primary were assigned.
LinkEffect effect_of(const Assignment& work, int dependent, int primary, const ColocationLink& link,
                     bool preview);
/// What a link by role does to the promotion priority of its dependent: the change.
int apply_to_priority(Assignment& work, int dependent, int primary, const ColocationLink& link);

/// Whether the dependent's wishes may move the primary (`primary` -1: the link's own).
bool has_influence(const Assignment& work, const ColocationLink& link, int primary = -1);

/// Applies one link to a dependent whose primary is assigned. The change of its promotion priority.
int apply_link(Assignment& work, int dependent, int primary, const ColocationLink& link,
               bool for_dependent);
/// Places the primary and applies a link of the dependent's own, and says so in the trace. A link
/// by role or a mild repulsion is taken back if no usable node is left.
void follow(Assignment& work, const ColocationLink& link, int dependent);

/// How add_colocated_scores() goes on from a resource to those colocated with it.
struct PullMode {
  bool follow_primaries = false;  ///< else the dependents
  bool nonnegative = false;       ///< never below zero
  bool roll_back = false;         ///< no effect if it would leave no usable node
};

/// Adds to `nodes` (scores of `target`) what `source` and its dependents wish, times `factor`.
/// `link` is null for the own scores of `source`: `nodes` is then replaced.
void add_colocated_scores(Assignment& work, int source, int target, const ColocationLink* link,
                          float factor, PullMode mode, Weights& nodes);
/// The pull of one dependent on a primary that is about to be placed.
void pull(Assignment& work, const ColocationLink& link, int primary);

/// Adds what changed in the scores of an end of a link since `before` to the trace.
void record_difference(Assignment& work, const ColocationLink& link, int resource,
                       ScoreReason::Kind kind, const Weights& before);

/// The node that carries a guest's container, now or when it is placed; -1: none.
int host_of(const Assignment& work, int guest, bool current);
/// A node's attribute; none is empty.
const std::string& own_value(const Assignment& work, int node, const std::string& attribute);
/// A node's attribute as a colocation of a resource sees it: it may be that of a container's host.
const std::string& node_value(const Assignment& work, int node, const std::string& attribute,
                              int resource);
/// Whether node_value() of a container's node is its host's.
bool colocates_by_host(const Assignment& work, int resource);
/// Whether two values are equal: case does not count.
bool same_value(const std::string& a, const std::string& b);

}  // namespace mainstay::scheduler
