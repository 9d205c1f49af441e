// SPDX-License-Identifier: Apache-2.0
// Walks one transition graph: what is done, in flight, ready. What was in flight before the graph
// was made is taken as given: the graph's own action if it asks for the same, else something that
// only its resource has to wait for. An event costs what depends on it, not the size of the graph.
// Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/controller/messages.h"
#include "core/model/transition_graph.h"

namespace mainstay::controller {

using InFlight = std::map<std::string, OrderedAction>;

/// How many more actions may be in flight: in all, and per node.
class Room {
 public:
  Room(std::size_t batch_limit, std::size_t node_limit, const InFlight& in_flight);
  bool any() const { return all_ > 0; }
  bool on(const std::string& node) const;
  void take(const std::string& node);

 private:
  std::size_t all_;
  std::size_t node_limit_;
  std::map<std::string, std::size_t> used_;
};

class Transition {
 public:
  Transition() = default;
  Transition(model::TransitionGraph graph, const InFlight& in_flight);

  const model::TransitionGraph& graph() const { return graph_; }

  struct Dispatch {
    const model::GraphAction* action = nullptr;
    std::string key;
  };
  /// Hands out actions that may start now, the most urgent first, as long as `room` has place for
  /// them; what is given counts as in flight under the key that `name` gives.
  template <class Name>
  std::vector<Dispatch> take_ready(Room room, Name name) {
    std::vector<Dispatch> taken;
    while (const auto index = next_ready(room)) {
      const model::GraphAction& action = graph_.actions[*index];
      room.take(action.node);
      taken.push_back({&action, name(action)});
      begin(*index, taken.back().key);
    }
    return taken;
  }

  /// The action that an operation in flight stands for; null if the graph does not want it.
  const model::GraphAction* action_of(const std::string& key) const;
  /// Ends it. Failed actions hold back whatever waits for them.
  void finish(const std::string& key, bool success);

  /// In flight before and asked for by nobody in this graph.
  const std::set<std::string>& unwanted() const { return unwanted_; }
  bool has_ready() const { return !ready_.empty(); }
  /// Nothing is in flight and nothing can start any more.
  bool ended() const;
  /// Whether an action was ever handed out or adopted.
  bool moved() const { return moved_; }
  /// What will never run, one sentence per cause with what waits for it.
  const std::vector<std::string>& blocked() const { return blocked_; }

 private:
  enum class Phase { waiting, in_flight, done, failed };
  struct Step {
    Phase phase = Phase::waiting;
    std::size_t missing = 0;  ///< inputs that are not done
    std::vector<std::size_t> dependents;
  };
  /// Most urgent first, then in the graph's order.
  using Ready = std::set<std::pair<int, std::size_t>>;

  void link();
  void adopt(const InFlight& in_flight);
  std::vector<std::size_t> complete(std::size_t index);
  void release(std::vector<std::size_t> free);
  bool can_ever_start(const model::GraphAction& action) const;
  std::optional<std::size_t> next_ready(const Room& room) const;
  void begin(std::size_t index, const std::string& key);
  std::vector<std::string> dependents_of(std::size_t index) const;
  std::string why_blocked(std::size_t index) const;

  model::TransitionGraph graph_;
  std::vector<Step> steps_;             ///< of the graph's actions, in their order
  std::map<std::string, Ready> ready_;  ///< by node; no empty ones
  std::map<std::string, std::size_t> keys_;
  std::set<std::string> held_;  ///< resources with unwanted operations in flight
  std::set<std::string> unwanted_;
  std::vector<std::string> blocked_;
  bool moved_ = false;
};

/// "start VIP on node1", for people.
std::string describe(const model::GraphAction& action);
std::string describe(const OrderedAction& action);

}  // namespace mainstay::controller
