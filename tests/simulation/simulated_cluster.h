// SPDX-License-Identifier: Apache-2.0
// Whole clusters in one process: real controllers, a simulated total order with views, simulated
// agents and disks, one clock, one seeded generator. Equal seeds give equal runs.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/controller/controller.h"

namespace mainstay::simulation {

struct Options {
  std::uint32_t nodes = 3;
  std::uint64_t seed = 1;
  bool two_node = false;  ///< votequorum's two_node: one of two is enough
  controller::Planner planner;
  std::string cib;                    ///< what is on every disk at first; empty: nothing
  std::set<std::string> clones = {};  ///< resources that may be active on several hosts
};

/// How the simulated agents behave; per resource, "" for all others.
struct Behaviour {
  int fail_percent = 0;  ///< of everything but probes and stops
  int hang_percent = 0;
  int stop_fail_percent = 0;
  Duration shortest{5};
  Duration longest{80};
};

class SimulatedCluster {
 public:
  explicit SimulatedCluster(Options options);

  void boot(std::uint32_t id);
  void boot_all();
  void crash(std::uint32_t id);
  void shut_down(std::uint32_t id);
  /// Hosts of each group see each other only; hosts not named stay alone.
  void partition(const std::vector<std::set<std::uint32_t>>& groups);
  void heal();
  /// corosync restarts on one host: its daemon loses the connection and finds it again.
  void restart_engine(std::uint32_t id);
  /// The daemon of a host stands still: its host stays in the ring, its messages wait.
  void freeze(std::uint32_t id) { hosts_.at(id).frozen = true; }
  void thaw(std::uint32_t id);
  void set_behaviour(const std::string& resource, Behaviour behaviour);
  /// A resource dies or appears behind everybody's back.
  void break_resource(const std::string& resource);
  /// Every host is told that the resource may have changed, rightly or not.
  void hint(const std::string& resource);
  /// An agent on that host sets an attribute of its node.
  void set_attribute(std::uint32_t id, const model::AttributeUpdate& update);
  void plant_resource(std::uint32_t id, const std::string& resource);

  /// Asks one host's controller; the reply comes with time.
  std::uint64_t change(std::uint32_t id, const cib::Change& change);
  std::uint64_t change_attribute(std::uint32_t id, const std::string& node,
                                 const model::AttributeUpdate& update);
  std::uint64_t await_idle(std::uint32_t id);
  const controller::Reply* reply(std::uint64_t request) const;

  void run_for(Duration time);
  /// Until `done` or the time is over; false if it never was.
  bool run_until(const std::function<bool()>& done, Duration at_most);
  /// All up and connected hosts synced, idle, of one DC.
  bool settled() const;

  bool is_up(std::uint32_t id) const { return hosts_.at(id).controller.has_value(); }
  const controller::Controller& controller(std::uint32_t id) const {
    return *hosts_.at(id).controller;
  }
  std::vector<std::uint32_t> active_on(const std::string& resource) const;
  std::vector<std::uint32_t> promoted_on(const std::string& resource) const;
  std::size_t runs(const std::string& resource, const std::string& action) const;
  std::set<std::uint32_t> up_hosts() const;
  std::size_t kept_aside() const { return kept_aside_; }
  std::size_t broadcasts() const { return broadcasts_; }
  Now now() const { return now_; }
  std::uint64_t random(std::uint64_t below) { return generator_() % below; }
  std::string node_name(std::uint32_t id) const { return "node" + std::to_string(id); }

  /// What broke a rule, with the time; empty while all is well.
  const std::vector<std::string>& violations() const { return violations_; }
  /// The last events, for a failure's report.
  std::string trace() const;

 private:
  struct Item {
    std::uint32_t from = 0;
    std::string payload;
    std::optional<model::View> view;
  };
  struct Host {
    std::optional<controller::Controller> controller;
    std::uint64_t incarnation = 0;
    int group = 0;
    bool engine = true;  ///< corosync runs
    bool frozen = false;
    TimePoint grouped_since;
    std::string disk;
    std::set<std::string> active;
    std::set<std::string> promoted;
    std::deque<Item> inbox;
    bool inbox_scheduled = false;
    std::deque<std::string> outbox;
    bool outbox_scheduled = false;
    std::map<std::uint64_t, TimePoint> timers;
    std::map<std::string, std::deque<model::ActionRequest>> queues;
  };
  struct Scheduled {
    TimePoint due;
    std::uint64_t sequence = 0;
    std::function<void()> run;
    bool operator>(const Scheduled& other) const {
      return std::tie(due, sequence) > std::tie(other.due, other.sequence);
    }
  };

  void at(Duration delay, std::function<void()> run);
  void on_host(Duration delay, std::uint32_t id, std::function<void(Host&)> run);
  void give(std::uint32_t id, const controller::Event& event);
  void perform(std::uint32_t id, const controller::Effect& effect);
  void regroup();
  void order_next(std::uint32_t id);
  void pump(std::uint32_t id);
  void push(std::uint32_t id, Item item);
  void begin_action(std::uint32_t id, const std::string& resource);
  void take_effect(Host& host, const model::ActionRequest& request);
  model::ActionOutcome outcome_of(Host& host, const model::ActionRequest& request);
  void check(std::uint32_t id);
  void check_start(std::uint32_t id, const std::string& resource);
  void violate(const std::string& what);
  void tell(const std::string& what);
  bool step(TimePoint until);
  Duration jitter(std::uint64_t below_ms) { return Duration{static_cast<long>(random(below_ms))}; }

  Options options_;
  std::mt19937_64 generator_;
  Now now_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t ring_ = 0;
  std::uint64_t next_request_ = 1;
  std::priority_queue<Scheduled, std::vector<Scheduled>, std::greater<>> queue_;
  std::map<std::uint32_t, Host> hosts_;
  std::map<std::uint64_t, controller::Reply> replies_;
  std::map<std::string, Behaviour> behaviours_;
  std::map<std::string, std::size_t> runs_;
  std::vector<std::string> violations_;
  std::deque<std::string> trace_;
  std::size_t kept_aside_ = 0;
  std::size_t broadcasts_ = 0;
};

}  // namespace mainstay::simulation
