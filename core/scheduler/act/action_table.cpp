// SPDX-License-Identifier: Apache-2.0
// The table keeps actions in the order in which they were wanted: the graph lists them so.
#include "core/scheduler/act/action_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mainstay::scheduler {
namespace {

/// Names are mostly the constants of `task`: equal ones are mostly one, others mostly begin
/// otherwise.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         (a.empty() || a.data() == b.data() || (a.front() == b.front() && a == b));
}

constexpr std::size_t kMostHave = 8;  ///< actions, of all resources that have any

}  // namespace

ActionTable::ActionTable(std::size_t resources) : by_resource_(resources) {
  actions_.reserve(kMostHave * resources);
}

int ActionTable::add(Action action) {
  const int index = size();
  action.is_notice =
      action.resource >= 0 && action.name.find(task::kNotice) != std::string_view::npos;
  if (action.resource >= 0) {
    auto& own = by_resource_[static_cast<std::size_t>(action.resource)];
    if (own.empty()) {
      own.reserve(kMostHave);
    }
    own.push_back(index);
  } else {
    singletons_.emplace(action.name, index);
  }
  actions_.push_back(std::move(action));
  return index;
}

int ActionTable::find(int resource, std::string_view task, int node) const {
  const auto& own = of(resource);
  const auto match = std::find_if(own.rbegin(), own.rend(), [&](int index) {
    const Action& action = (*this)[index];
    return (node < 0 || action.node == node) && same(action.task, task);
  });
  return match == own.rend() ? -1 : *match;
}

Indices ActionTable::all(int resource, std::string_view name, int node) const {
  Indices found;
  const auto& own = of(resource);
  std::copy_if(own.rbegin(), own.rend(), std::back_inserter(found), [&](int index) {
    const Action& action = (*this)[index];
    return (node < 0 || action.node == node) && action.interval == Duration(0) &&
           same(action.name, name);
  });
  return found;
}

Indices ActionTable::meant_by(const Endpoint& end) const {
  if (end.action >= 0) {
    return {end.action};
  }
  return end.resource >= 0 ? all(end.resource, end.task) : Indices{};
}

int ActionTable::existing(int resource, std::string_view name, Duration interval, int node) const {
  const auto& own = of(resource);
  const auto match = std::find_if(own.begin(), own.end(), [&](int index) {
    const Action& action = (*this)[index];
    return action.interval == interval && (node < 0 || action.node < 0 || action.node == node) &&
           same(action.name, name);
  });
  return match == own.end() ? -1 : *match;
}

int ActionTable::singleton(std::string_view name) const {
  const auto it = singletons_.find(name);
  return it == singletons_.end() ? -1 : it->second;
}

std::string_view ActionTable::keep(std::string text) {
  return names_.emplace_back(std::move(text));
}

bool ActionTable::relate(int first, int then, Effects effects) {
  if (effects == kNone || first < 0 || then < 0 || first == then) {
    return false;
  }
  const auto& shorter = (*this)[first].after.size() < (*this)[then].before.size()
                            ? (*this)[first].after
                            : (*this)[then].before;
  for (const int index : shorter) {
    const Edge& known = edge(index);
    if (known.first == first && known.then == then && has(known.made, effects)) {
      return false;
    }
  }
  const int index = static_cast<int>(edges_.size());
  edges_.push_back({first, then, effects, effects});
  (*this)[first].after.push_back(index);
  (*this)[then].before.push_back(index);
  return true;
}

}  // namespace mainstay::scheduler
