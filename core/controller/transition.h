// SPDX-License-Identifier: Apache-2.0
// Walks one transition graph: what is done, in flight, ready. What was in flight before the graph
// was made is taken as given: the graph's own action if it asks for the same, else something that
// only its resource has to wait for. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/controller/messages.h"
#include "core/model/transition_graph.h"

namespace mainstay::controller {

using InFlight = std::map<std::string, OrderedAction>;

class Transition {
 public:
  Transition() = default;
  Transition(model::TransitionGraph graph, const InFlight& in_flight);

  const model::TransitionGraph& graph() const { return graph_; }

  /// Actions that may start now, pseudo-actions done on the way. `room` says whether the node of an
  /// action can take one more; what is given counts as in flight under the key that `name` gives.
  struct Dispatch {
    const model::GraphAction* action = nullptr;
    std::string key;
  };
  template <class Room, class Name>
  std::vector<Dispatch> take_ready(Room room, Name name) {
    std::vector<Dispatch> taken;
    for (const std::size_t index : ready()) {
      const model::GraphAction& action = graph_.actions[index];
      if (room(action)) {
        taken.push_back({&action, name(action)});
        begin(index, taken.back().key);
      }
    }
    return taken;
  }

  /// The action that an operation in flight stands for; null if the graph does not want it.
  const model::GraphAction* action_of(const std::string& key) const;
  /// Ends it. Failed actions hold back whatever waits for them.
  void finish(const std::string& key, bool success);

  /// In flight before and asked for by nobody in this graph.
  const std::set<std::string>& unwanted() const { return unwanted_; }
  /// Nothing is in flight and nothing can start any more.
  bool ended() const;
  /// Whether an action was ever handed out or adopted.
  bool moved() const { return moved_; }
  /// What will never run, one sentence per cause with everything that waits for it.
  std::vector<std::string> blocked() const;

 private:
  enum class Phase { waiting, in_flight, done, failed };

  std::vector<std::size_t> ready();
  bool may_start(std::size_t index) const;
  bool can_ever_start(const model::GraphAction& action) const;
  void begin(std::size_t index, const std::string& key);
  std::vector<std::string> dependents_of(int id) const;

  model::TransitionGraph graph_;
  std::vector<Phase> phases_;
  std::map<int, std::size_t> index_of_;
  std::map<std::string, std::size_t> keys_;
  std::set<std::string> held_;  ///< resources with unwanted operations in flight
  std::set<std::string> unwanted_;
  bool moved_ = false;
};

/// "start VIP on node1", for people.
std::string describe(const model::GraphAction& action);
std::string describe(const OrderedAction& action);

}  // namespace mainstay::controller
