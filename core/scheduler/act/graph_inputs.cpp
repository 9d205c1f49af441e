// SPDX-License-Identifier: Apache-2.0
// Which actions belong in the graph, and which edges become inputs there: what can run and is
// required, or is brought along; on nodes that are there. Of orderings that hold on one node only
// those whose first is really done there. What is required but cannot be done is an input too, if
// the ordering is more than a sequence: whatever waits for it waits in vain.
#include "core/scheduler/act/plan.h"

namespace mainstay::scheduler {

bool belongs_in_graph(const Plan& plan, const Action& action) {
  if (!action.runnable || (action.optional && !action.forced)) {
    return false;
  }
  if (action.resource >= 0 && !plan.managed(action.resource) && action.task != task::kMonitor &&
      action.interval == Duration(0)) {
    return false;
  }
  if (action.pseudo || action.task == task::kFence || action.task == task::kShutdown) {
    return true;
  }
  if (action.node < 0) {
    return false;
  }
  const bool reset = plan.requires_reset[static_cast<std::size_t>(action.node)] != 0;
  if (action.on_dc || (plan.is_guest(action.node) && !reset)) {
    return true;
  }
  return plan.is_online(action.node) && !plan.is_unclean(action.node);
}

namespace {

/// Whether an edge whose first is not in the graph holds its then nevertheless.
bool is_awaited_in_vain(const Action& first, Effects effects) {
  constexpr Effects kOnlySequence = kOrdered | kFirstBringsThen | kThenBringsFirst;
  constexpr Effects kDispensable = kCounted | kMigrationNeedsThen;
  if (!first.runnable && (!has(effects, ~kOnlySequence) || has(effects, kDispensable))) {
    return false;
  }
  return !first.optional || first.forced;
}

}  // namespace

bool is_input(const Plan& plan, const Edge& edge) {
  const Action& first = plan.table[edge.first];
  const Action& then = plan.table[edge.then];
  if (edge.effects == kNone || (has(edge.effects, kUnlessMigrating) && first.migratable)) {
    return false;
  }
  // A sequence is no reason to wait for a migration to end on the node that it leaves.
  if (edge.effects == kOrdered && first.migratable && first.task == task::kStop) {
    return false;
  }
  if (!belongs_in_graph(plan, first) && !is_awaited_in_vain(first, edge.effects)) {
    return false;
  }
  if (edge.effects == kOnSameNodeOrTarget) {
    const int where = then.task == task::kMigrateTo ? plan.home(then.resource) : then.node;
    return first.node == where && !first.optional;
  }
  if (edge.effects == kIfRequiredOnSameNode) {
    const bool apart = first.node >= 0 && then.node >= 0 && first.node != then.node;
    return !apart && !first.optional;
  }
  const bool abandoned = first.resource >= 0 && first.resource != then.resource &&
                         plan.resource(first.resource).failed && !plan.managed(first.resource) &&
                         first.name == task::kStop && then.resource >= 0 &&
                         plan.resource(then.resource).variant == model::Variant::clone;
  return !abandoned;
}

}  // namespace mainstay::scheduler
