// SPDX-License-Identifier: Apache-2.0
// Everything that could be done, and what each thing means for the others: actions, the orderings
// between them, and lookups by resource. Optional actions matter because an ordering may make them
// required. Private to this folder.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/base/time.h"
#include "core/model/cluster_state.h"

namespace mainstay::scheduler {

namespace task {
inline constexpr std::string_view kStart = "start";
inline constexpr std::string_view kRunning = "running";
inline constexpr std::string_view kStop = "stop";
inline constexpr std::string_view kStopped = "stopped";
inline constexpr std::string_view kPromote = "promote";
inline constexpr std::string_view kPromoted = "promoted";
inline constexpr std::string_view kDemote = "demote";
inline constexpr std::string_view kDemoted = "demoted";
inline constexpr std::string_view kMonitor = "monitor";
inline constexpr std::string_view kNotify = "notify";
inline constexpr std::string_view kNotified = "notified";
inline constexpr std::string_view kNotice = "_notify_";  ///< within the names of notices
inline constexpr std::string_view kReload = "reload-agent";
inline constexpr std::string_view kCancel = "cancel";
inline constexpr std::string_view kDelete = "delete";
inline constexpr std::string_view kForgetHistory = "lrm_delete";
inline constexpr std::string_view kClearFailcount = "clear_failcount";
inline constexpr std::string_view kMigrateTo = "migrate_to";
inline constexpr std::string_view kMigrateFrom = "migrate_from";
inline constexpr std::string_view kFence = "stonith";
inline constexpr std::string_view kShutdown = "do_shutdown";
}  // namespace task

/// What a collective's action ends: running is about start. Others are about themselves.
constexpr std::string_view begun_by(std::string_view name) {
  return name == task::kRunning    ? task::kStart
         : name == task::kStopped  ? task::kStop
         : name == task::kPromoted ? task::kPromote
         : name == task::kDemoted  ? task::kDemote
                                   : name;
}

/// What one action means for another; several may hold. `first` always goes before `then`.
using Effects = std::uint32_t;
inline constexpr Effects kNone = 0;

// Those that work on flags, and the order alone, in the order in which they are applied.
/// A required first makes then required.
inline constexpr Effects kFirstRequiresThen = 1U << 0U;
/// A stop followed by the start of the same thing.
inline constexpr Effects kRestart = 1U << 1U;
/// A required then makes first required.
inline constexpr Effects kThenRequiresFirst = 1U << 2U;
/// The same, if then's resource is promoted now.
inline constexpr Effects kPromotedRequiresFirst = 1U << 3U;
/// Then needs a number of such firsts to be runnable.
inline constexpr Effects kCounted = 1U << 4U;
/// Then (a probe) waits for first unless that is active.
inline constexpr Effects kUnlessActive = 1U << 5U;
/// Then cannot run if first cannot.
inline constexpr Effects kFirstBlocksThen = 1U << 6U;
/// First is part of a migration which then completes.
inline constexpr Effects kMigrationNeedsThen = 1U << 7U;
/// Then is done by first; if first cannot run, it is real.
inline constexpr Effects kMigrationReplacesThen = 1U << 8U;
/// Nothing but the order.
inline constexpr Effects kOrdered = 1U << 9U;
/// Then is forbidden while first cannot run.
inline constexpr Effects kAsymmetric = 1U << 10U;
inline constexpr Effects kApplied = (1U << 11U) - 1U;  ///< all of these

// Where they hold, when they belong in the graph, and what more they mean.
/// A required then makes first unnecessary.
inline constexpr Effects kThenCancelsFirst = 1U << 11U;
/// First in the graph brings then along, though optional.
inline constexpr Effects kFirstBringsThen = 1U << 12U;
/// Then in the graph brings first along.
inline constexpr Effects kThenBringsFirst = 1U << 13U;
/// Never at the same time.
inline constexpr Effects kSerialized = 1U << 14U;
/// Only if both are on one node.
inline constexpr Effects kOnSameNode = 1U << 15U;
/// Only order, only if first is required on then's node.
inline constexpr Effects kIfRequiredOnSameNode = 1U << 16U;
/// The same, with a migration's target as then's node.
inline constexpr Effects kOnSameNodeOrTarget = 1U << 17U;
/// May order a guest's resource against its container.
inline constexpr Effects kGuestAllowed = 1U << 18U;
/// Only if first is no part of a migration.
inline constexpr Effects kUnlessMigrating = 1U << 19U;
/// As kFirstRequiresThen, limited to first's node.
inline constexpr Effects kFirstRequiresThenOnNode = 1U << 20U;

constexpr bool has(Effects effects, Effects any) {
  return (effects & any) != 0;
}

/// Calls `work` with each effect that is applied, in their order.
template <class Work>
void for_each_applied(Effects effects, Work work) {
  for (Effects left = effects & kApplied; left != kNone; left &= left - 1) {
    work(left & (~left + 1));
  }
}

/// A few actions or edges, in the place of it all: most have no more.
using Indices = boost::container::small_vector<int, 4>;

/// One thing that could be done.
struct Action {  // NOLINT(bugprone-exception-escape): moving a list in place copies numbers
  std::string_view name;  ///< what it is looked up by: a cancel keeps the name of what it cancels
  std::string_view task;
  int resource = -1;
  int node = -1;
  Duration interval{0};
  bool optional = true;
  bool runnable = true;
  bool pseudo = false;            ///< done by nobody
  bool forced = false;            ///< in the graph although optional
  bool migratable = false;        ///< part of a live migration, or made unnecessary by one
  bool reschedule = false;        ///< a recurring action with new parameters
  bool cleans_migration = false;  ///< the stop that ends a migration which went through
  bool on_dc = false;             ///< the node need not be there
  bool is_notice = false;         ///< a notification, or a milestone of one (set by the table)
  bool counts = false;            ///< runnable once enough of its kCounted firsts are
  int needed = 1;                 ///< how many
  int found = 0;                  ///< of them, in the round that is being made
  int expected_rc = 0;
  int priority = 0;
  model::Requires needs = model::Requires::nothing;
  std::string reason;  ///< why it is required, or why it cannot run: the first cause found
  model::Values meta;  ///< what only this action has (notify_type, migrate_source, …)
  std::shared_ptr<const model::Values>
      news;        ///< what notifications say; a clone's actions share it
  Indices before;  ///< edges whose `then` this is, oldest first
  Indices after;   ///< edges whose `first` this is
};

struct Edge {
  int first = -1;
  int then = -1;
  Effects effects = kNone;  ///< none once another edge stands for it, or it means nothing
  Effects made = kNone;     ///< as it was made: what follows a probe, whatever became of it
};

/// One side of an ordering: an action, or every action of that task that a resource has.
struct Endpoint {
  int action = -1;
  int resource = -1;
  std::string_view task;
};
struct Ordering {
  Endpoint first;
  Endpoint then;
  Effects effects = kNone;
};

class ActionTable {
 public:
  explicit ActionTable(std::size_t resources);

  int add(Action action);
  Action& operator[](int action) { return actions_[static_cast<std::size_t>(action)]; }
  const Action& operator[](int action) const { return actions_[static_cast<std::size_t>(action)]; }
  int size() const { return static_cast<int>(actions_.size()); }

  /// Of one resource, oldest first.
  const std::vector<int>& of(int resource) const {
    return by_resource_[static_cast<std::size_t>(resource)];
  }
  /// The newest with that task on that node (-1: on any); -1: none.
  int find(int resource, std::string_view task, int node = -1) const;
  /// Every one of that name without interval, newest first; with a node, only those on it.
  Indices all(int resource, std::string_view name, int node = -1) const;
  /// What one side of an ordering means, newest first.
  Indices meant_by(const Endpoint& end) const;
  /// By name and interval, the oldest. An action whose node is still open matches every node.
  int existing(int resource, std::string_view name, Duration interval, int node) const;
  /// An action that belongs to no resource.
  int singleton(std::string_view name) const;
  std::string_view keep(std::string text);

  /// Relates two actions; false if such an edge exists.
  bool relate(int first, int then, Effects effects);
  Edge& edge(int index) { return edges_[static_cast<std::size_t>(index)]; }
  const Edge& edge(int index) const { return edges_[static_cast<std::size_t>(index)]; }

 private:
  std::vector<Action> actions_;
  std::vector<Edge> edges_;
  std::vector<std::vector<int>> by_resource_;
  std::map<std::string_view, int> singletons_;
  std::deque<std::string> names_;
};

}  // namespace mainstay::scheduler
