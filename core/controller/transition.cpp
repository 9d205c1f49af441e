// SPDX-License-Identifier: Apache-2.0
// See transition.h.
#include "core/controller/transition.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mainstay::controller {
namespace {

/// A sentence that names thousands is read by nobody and told to everybody.
constexpr std::size_t kNamedDependents = 20;

bool same_work(const model::GraphAction& wanted, const OrderedAction& running) {
  return wanted.kind != model::ActionKind::pseudo && wanted.task == running.task &&
         wanted.resource == running.resource && wanted.node == running.node &&
         wanted.interval == running.interval && wanted.agent == running.agent &&
         wanted.parameters == running.parameters;
}

std::string describe(const std::string& task, const std::string& resource, const std::string& node,
                     Duration interval) {
  std::string text = task == "monitor" && interval == Duration{0} ? "probe" : task;
  if (!resource.empty()) {
    text += " " + resource;
  }
  if (!node.empty()) {
    text += " on " + node;
  }
  return text;
}

}  // namespace

std::string describe(const model::GraphAction& action) {
  if (action.kind == model::ActionKind::fence) {
    return "fence " + action.node;
  }
  return describe(action.task, action.resource, action.node, action.interval);
}

std::string describe(const OrderedAction& action) {
  return describe(action.task, action.resource, action.node, action.interval);
}

Room::Room(std::size_t batch_limit, std::size_t node_limit, const InFlight& in_flight)
    : all_(batch_limit - std::min(batch_limit, in_flight.size())), node_limit_(node_limit) {
  for (const auto& [key, action] : in_flight) {
    ++used_[action.node];
  }
}

bool Room::on(const std::string& node) const {
  const auto used = used_.find(node);
  return any() && (used == used_.end() || used->second < node_limit_);
}

void Room::take(const std::string& node) {
  --all_;
  ++used_[node];
}

Transition::Transition(model::TransitionGraph graph, const InFlight& in_flight)
    : graph_(std::move(graph)), steps_(graph_.actions.size()) {
  link();
  adopt(in_flight);
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    if (steps_[index].phase == Phase::waiting && !can_ever_start(graph_.actions[index])) {
      blocked_.push_back(why_blocked(index));
    }
  }
  std::vector<std::size_t> free;
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    if (steps_[index].missing == 0) {
      free.push_back(index);
    }
  }
  release(std::move(free));
}

void Transition::link() {
  std::unordered_map<int, std::size_t> index_of;
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    index_of[graph_.actions[index].id] = index;
  }
  for (std::size_t index = 0; index < steps_.size(); ++index) {
    for (const int input : graph_.actions[index].inputs) {
      if (const auto found = index_of.find(input); found != index_of.end()) {
        ++steps_[index].missing;
        steps_[found->second].dependents.push_back(index);
      }
    }
  }
}

void Transition::adopt(const InFlight& in_flight) {
  std::unordered_multimap<std::string_view, std::size_t> of_resource;
  for (std::size_t index = 0; !in_flight.empty() && index < steps_.size(); ++index) {
    of_resource.emplace(graph_.actions[index].resource, index);
  }
  for (const auto& [key, running] : in_flight) {
    const auto [begin_of, end_of] = of_resource.equal_range(running.resource);
    std::optional<std::size_t> match;
    for (auto candidate = begin_of; candidate != end_of; ++candidate) {
      if (same_work(graph_.actions[candidate->second], running)) {
        match = std::min(match.value_or(candidate->second), candidate->second);
      }
    }
    if (match) {
      begin(*match, key);
    } else {
      unwanted_.insert(key);
      if (!running.resource.empty()) {
        held_.insert(running.resource);
      }
    }
  }
}

bool Transition::can_ever_start(const model::GraphAction& action) const {
  return action.runnable && action.kind != model::ActionKind::fence;
}

/// Gives those that waited for nothing else.
std::vector<std::size_t> Transition::complete(std::size_t index) {
  std::vector<std::size_t> free;
  steps_[index].phase = Phase::done;
  for (const std::size_t dependent : steps_[index].dependents) {
    if (--steps_[dependent].missing == 0) {
      free.push_back(dependent);
    }
  }
  return free;
}

/// Actions whose inputs are all done may start or, if there is nothing to do, are done too.
void Transition::release(std::vector<std::size_t> free) {
  while (!free.empty()) {
    const std::size_t index = free.back();
    free.pop_back();
    const model::GraphAction& action = graph_.actions[index];
    if (steps_[index].phase != Phase::waiting || !can_ever_start(action)) {
      continue;
    }
    if (action.kind == model::ActionKind::pseudo) {
      const std::vector<std::size_t> next = complete(index);
      free.insert(free.end(), next.begin(), next.end());
    } else if (!held_.contains(action.resource)) {
      ready_[action.node].emplace(-action.priority, index);
    }
  }
}

std::optional<std::size_t> Transition::next_ready(const Room& room) const {
  std::optional<std::pair<int, std::size_t>> best;
  for (const auto& [node, waiting] : ready_) {
    if (room.on(node)) {
      best = std::min(best.value_or(*waiting.begin()), *waiting.begin());
    }
  }
  return best ? std::optional(best->second) : std::nullopt;
}

void Transition::begin(std::size_t index, const std::string& key) {
  steps_[index].phase = Phase::in_flight;
  keys_[key] = index;
  moved_ = true;
  const model::GraphAction& action = graph_.actions[index];
  if (const auto waiting = ready_.find(action.node); waiting != ready_.end()) {
    waiting->second.erase({-action.priority, index});
    if (waiting->second.empty()) {
      ready_.erase(waiting);
    }
  }
}

const model::GraphAction* Transition::action_of(const std::string& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &graph_.actions[found->second];
}

void Transition::finish(const std::string& key, bool success) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) {
    return;
  }
  const std::size_t index = found->second;
  keys_.erase(found);
  if (success) {
    release(complete(index));
  } else {
    steps_[index].phase = Phase::failed;
  }
}

bool Transition::ended() const {
  return keys_.empty() && ready_.empty();
}

/// Everything that will not run because this does not, in the graph's order.
std::vector<std::string> Transition::dependents_of(std::size_t index) const {
  std::set<std::size_t> reached{index};
  std::vector<std::size_t> unseen{index};
  while (!unseen.empty()) {
    const std::size_t next = unseen.back();
    unseen.pop_back();
    for (const std::size_t dependent : steps_[next].dependents) {
      if (reached.insert(dependent).second) {
        unseen.push_back(dependent);
      }
    }
  }
  reached.erase(index);
  std::vector<std::string> names;
  for (const std::size_t dependent : reached) {
    const model::GraphAction& action = graph_.actions[dependent];
    if (action.kind != model::ActionKind::pseudo && action.interval == Duration{0}) {
      names.push_back(describe(action));
    }
  }
  return names;
}

std::string Transition::why_blocked(std::size_t index) const {
  const model::GraphAction& action = graph_.actions[index];
  std::string sentence;
  if (action.kind == model::ActionKind::fence) {
    sentence = action.node + " must be fenced";
    sentence += action.reason.empty() ? "" : " (" + action.reason + ")";
    sentence += ", and fencing cannot be carried out by this version";
  } else {
    sentence = describe(action) + " cannot run";
    sentence += action.reason.empty() ? "" : ": " + action.reason;
  }
  const std::vector<std::string> waiting = dependents_of(index);
  const std::size_t named = std::min(waiting.size(), kNamedDependents);
  for (std::size_t at = 0; at < named; ++at) {
    sentence += (at == 0 ? "; waiting for it: " : ", ") + waiting[at];
  }
  if (named < waiting.size()) {
    sentence += fmt::format(" and {} more", waiting.size() - named);
  }
  return sentence;
}

}  // namespace mainstay::controller
