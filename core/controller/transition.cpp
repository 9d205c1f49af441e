// SPDX-License-Identifier: Apache-2.0
// See transition.h.
#include "core/controller/transition.h"

#include <algorithm>
#include <utility>

namespace mainstay::controller {
namespace {

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

Transition::Transition(model::TransitionGraph graph, const InFlight& in_flight)
    : graph_(std::move(graph)), phases_(graph_.actions.size(), Phase::waiting) {
  for (std::size_t index = 0; index < graph_.actions.size(); ++index) {
    index_of_[graph_.actions[index].id] = index;
  }
  for (const auto& [key, running] : in_flight) {
    const auto match = std::find_if(graph_.actions.begin(), graph_.actions.end(),
                                    [&action = running](const model::GraphAction& wanted) {
                                      return same_work(wanted, action);
                                    });
    if (match != graph_.actions.end()) {
      begin(static_cast<std::size_t>(match - graph_.actions.begin()), key);
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

bool Transition::may_start(std::size_t index) const {
  const model::GraphAction& action = graph_.actions[index];
  if (phases_[index] != Phase::waiting || !can_ever_start(action) ||
      (action.kind != model::ActionKind::pseudo && held_.contains(action.resource))) {
    return false;
  }
  return std::all_of(action.inputs.begin(), action.inputs.end(), [this](int id) {
    const auto found = index_of_.find(id);
    return found == index_of_.end() || phases_[found->second] == Phase::done;
  });
}

std::vector<std::size_t> Transition::ready() {
  bool advanced = true;
  while (advanced) {  // each round completes at least one pseudo-action
    advanced = false;
    for (std::size_t index = 0; index < phases_.size(); ++index) {
      if (graph_.actions[index].kind == model::ActionKind::pseudo && may_start(index)) {
        phases_[index] = Phase::done;
        advanced = true;
      }
    }
  }
  std::vector<std::size_t> indices;
  for (std::size_t index = 0; index < phases_.size(); ++index) {
    if (may_start(index)) {
      indices.push_back(index);
    }
  }
  std::stable_sort(indices.begin(), indices.end(), [this](std::size_t a, std::size_t b) {
    return graph_.actions[a].priority > graph_.actions[b].priority;
  });
  return indices;
}

void Transition::begin(std::size_t index, const std::string& key) {
  phases_[index] = Phase::in_flight;
  keys_[key] = index;
  moved_ = true;
}

const model::GraphAction* Transition::action_of(const std::string& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &graph_.actions[found->second];
}

void Transition::finish(const std::string& key, bool success) {
  const auto found = keys_.find(key);
  if (found != keys_.end()) {
    phases_[found->second] = success ? Phase::done : Phase::failed;
    keys_.erase(found);
  }
}

bool Transition::ended() const {
  if (!keys_.empty()) {
    return false;
  }
  for (std::size_t index = 0; index < phases_.size(); ++index) {
    if (may_start(index)) {
      return false;
    }
  }
  return true;
}

std::vector<std::string> Transition::dependents_of(int id) const {
  std::set<int> reached{id};
  std::vector<std::string> names;
  bool grew = true;
  while (grew) {
    grew = false;
    for (const model::GraphAction& action : graph_.actions) {
      if (!reached.contains(action.id) &&
          std::any_of(action.inputs.begin(), action.inputs.end(),
                      [&](int input) { return reached.contains(input); })) {
        reached.insert(action.id);
        grew = true;
        if (action.kind != model::ActionKind::pseudo && action.interval == Duration{0}) {
          names.push_back(describe(action));
        }
      }
    }
  }
  return names;
}

std::vector<std::string> Transition::blocked() const {
  std::vector<std::string> sentences;
  for (std::size_t index = 0; index < phases_.size(); ++index) {
    const model::GraphAction& action = graph_.actions[index];
    if (can_ever_start(action) || phases_[index] != Phase::waiting) {
      continue;
    }
    std::string sentence;
    if (action.kind == model::ActionKind::fence) {
      sentence = action.node + " must be fenced";
      sentence += action.reason.empty() ? "" : " (" + action.reason + ")";
      sentence += ", and fencing cannot be carried out by this version";
    } else {
      sentence = describe(action) + " cannot run";
      sentence += action.reason.empty() ? "" : ": " + action.reason;
    }
    const std::vector<std::string> waiting = dependents_of(action.id);
    for (std::size_t at = 0; at < waiting.size(); ++at) {
      sentence += (at == 0 ? "; waiting for it: " : ", ") + waiting[at];
    }
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace mainstay::controller
