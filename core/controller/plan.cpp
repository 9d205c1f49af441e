// SPDX-License-Identifier: Apache-2.0
// See plan.h.
#include "core/controller/plan.h"

#include <set>
#include <utility>

#include "core/cib/history.h"

namespace mainstay::controller {
namespace {

enum class Assume { running, stopped };

/// A pending stop says nothing about the resource's state in Pacemaker's history; this says it.
void assume(cib::Document& document, const OrderedAction& stop, Assume what) {
  cib::OperationRecord record;
  record.node = stop.node;
  record.resource = stop.resource;
  record.agent = stop.agent;
  record.operation = what == Assume::running ? "start" : "stop";
  record.transition_key = "0:0:0:" + std::string(36, '0');
  record.parameters = stop.parameters;
  // A start from before everything else known; a stop after everything else known.
  record.call_id = what == Assume::running ? 0 : 1'000'000'000;
  cib::record_operation(document, record);
}

}  // namespace

Result<Transition> make_plan(const Planner& planner, const cib::Document& document,
                             const InFlight& in_flight, WallTime now) {
  InFlight stops;
  for (const auto& [key, action] : in_flight) {
    if (action.task == "stop" && !action.resource.empty()) {
      stops[key] = action;
    }
  }
  if (stops.empty()) {
    Result<model::TransitionGraph> graph = planner(document, now);
    return graph ? Result<Transition>(Transition(std::move(*graph), in_flight)) : graph.error();
  }
  cib::Document assumed = document;
  for (const auto& [key, stop] : stops) {
    assume(assumed, stop, Assume::running);
  }
  Result<model::TransitionGraph> graph = planner(assumed, now);
  if (!graph) {
    return graph.error();
  }
  Transition transition(std::move(*graph), in_flight);
  bool again = false;
  for (const auto& [key, stop] : stops) {
    if (transition.unwanted().contains(key)) {
      assume(assumed, stop, Assume::stopped);
      again = true;
    }
  }
  if (!again) {
    return transition;
  }
  graph = planner(assumed, now);
  return graph ? Result<Transition>(Transition(std::move(*graph), in_flight)) : graph.error();
}

}  // namespace mainstay::controller
