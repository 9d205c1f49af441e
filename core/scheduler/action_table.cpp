// SPDX-License-Identifier: Apache-2.0
// The table of actions: one per resource, task, node and interval.
#include "core/scheduler/actions.h"

namespace mainstay::scheduler {

using model::ActionKind;

int ActionTable::make(ActionKind kind, const std::string& task, int resource, int node,
                      Duration interval) {
  const auto [it, is_new] =
      by_key_.try_emplace(Key{resource, task, node, interval.count()}, static_cast<int>(size()));
  if (is_new) {
    Action action;
    action.kind = kind;
    action.task = task;
    action.resource = resource;
    action.node = node;
    action.interval = interval;
    actions_.push_back(std::move(action));
  }
  return it->second;
}

int ActionTable::find(const std::string& task, int resource, int node, Duration interval) const {
  const auto it = by_key_.find(Key{resource, task, node, interval.count()});
  return it == by_key_.end() ? -1 : it->second;
}

std::vector<int> ActionTable::all(const std::string& task, int resource) const {
  std::vector<int> found;
  for (auto it = by_key_.lower_bound(Key{resource, task, -1, 0});
       it != by_key_.end() && std::get<0>(it->first) == resource && std::get<1>(it->first) == task;
       ++it) {
    if (std::get<3>(it->first) == 0) {
      found.push_back(it->second);
    }
  }
  return found;
}

void ActionTable::require(int action, const std::string& reason) {
  Action& it = (*this)[action];
  if (it.reason.empty()) {
    it.reason = reason;
  }
  it.required = true;
}

void ActionTable::forbid(int action, const std::string& reason) {
  Action& it = (*this)[action];
  if (it.runnable && it.reason.empty()) {
    it.reason = reason;
  }
  it.runnable = false;
}

}  // namespace mainstay::scheduler
