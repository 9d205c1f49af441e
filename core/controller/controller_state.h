// SPDX-License-Identifier: Apache-2.0
// The inside of Controller: one object whose steps are spread over controller.cpp (events),
// sync_steps.cpp (views and joining), order_steps.cpp (ordered messages), lead_steps.cpp (the DC)
// and leave_steps.cpp (shutdown).
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/controller/clients.h"
#include "core/controller/controller.h"
#include "core/controller/local_operations.h"
#include "core/controller/own_attributes.h"
#include "core/controller/pace.h"
#include "core/controller/plan.h"
#include "core/controller/replica.h"
#include "core/controller/sync_round.h"
#include "core/controller/transition.h"
#include "core/controller/transport.h"

namespace mainstay::controller {

class Controller::State {
 public:
  State(model::Node self, cib::Document stored, std::string instance_id, Planner planner);

  std::vector<Effect> handle(const Event& event, Now now);
  const cib::Document& cib() const { return replica_.document(); }
  ClusterInfo info() const;
  void rest() { replica_.rest(); }
  std::vector<model::MonitorTimes> monitor_times() const { return local_.times(); }

 private:
  enum Timer : std::uint64_t {
    plan_timer = 1,
    recheck,
    sync_watch,
    escalation,
    deadline,
    store,
    attributes
  };

  /// A member that lost the round waits for the winner's replica; what is ordered after the
  /// decision is kept for it.
  struct AwaitedSnapshot {
    std::uint64_t round = 0;
    std::deque<std::pair<std::uint32_t, Envelope>> after;
  };
  static constexpr std::size_t kMaxKept = 100'000;

  // events (controller.cpp)
  void on(const ViewChanged& event);
  void on(const Disconnected& event);
  void on(const MessageArrived& event);
  void on(const OperationFinished& event);
  void on(const ResourceChanged& event);
  void on(const AttributeSet& event);
  void on(const TimerFired& event);
  void on(const CibStored& event);
  void on(const ChangeCib& event);
  void on(const ReplaceCib& event);
  void on(const ChangeAttribute& event);
  void on(const AwaitIdle& event);
  void on(const ClientGone& event);
  void on(const ShutdownRequested& event);
  void deliver(std::uint32_t from, const std::string& payload);
  void settle();
  bool is_idle() const;
  void store_configuration();
  bool accept_request(std::uint64_t request);
  void answer_idle();
  void tell_attributes();

  // views and joining (sync_steps.cpp)
  void begin_round(std::uint64_t ballot);
  Offer make_offer() const;
  std::uint64_t view_fingerprint() const;
  void receive_offer(std::uint32_t from, const Offer& offer);
  void conclude_round();
  void lose_round(const SyncResult& result);
  void receive_snapshot(const Snapshot& snapshot);
  void keep_aside_if_diverged(const Replica& cluster);
  void sync_overdue();
  void synced_now();

  // ordered messages (order_steps.cpp)
  void receive(std::uint32_t from, Envelope envelope);
  void act(std::uint32_t from, WallTime sent, const Offer& message);
  void act(std::uint32_t from, WallTime sent, const Snapshot& message);
  void act(std::uint32_t from, WallTime sent, const EditCib& message);
  void act(std::uint32_t from, WallTime sent, const SwapCib& message);
  void act(std::uint32_t from, WallTime sent, const RunActions& message);
  void act(std::uint32_t from, WallTime sent, const OperationResult& message);
  void act(std::uint32_t from, WallTime sent, const OperationCancelled& message);
  void act(std::uint32_t from, WallTime sent, const OperationLost& message);
  void act(std::uint32_t from, WallTime sent, const NodeAttribute& message);
  void act(std::uint32_t from, WallTime sent, const ShutdownNode& message);
  void act(std::uint32_t from, WallTime sent, const Leaving& message);
  void act(std::uint32_t from, WallTime sent, const Facts& message);
  void act(std::uint32_t from, WallTime sent, const PlanReport& message);
  void answer_change(std::uint32_t from, std::uint64_t request, const Status& done,
                     const cib::Version& before);
  void run_here(const OrderedAction& action);
  void note_result(const OperationResult& result);
  void drop_orphaned_monitors();

  // the DC (lead_steps.cpp)
  bool is_dc() const;
  void lead();
  void stop_leading();
  Facts wanted_facts() const;
  void plan();
  void dispatch();
  void watch_deadlines();
  void give_up_overdue();
  void report();
  void note_decisions();
  void arm_recheck();

  // shutdown (leave_steps.cpp)
  void arm_escalation();
  void forget_leaving();
  void ask_to_leave();
  void say_farewell();
  void go_solo();
  void leave(const std::string& why_early);

  void send(Message message, bool lasting = true);
  void emit(std::vector<Effect> effects);
  /// The Effect is made in its place.
  template <class Kind>
  void emit(Kind effect) {
    out_.emplace_back(std::move(effect));
  }
  void note(LogLevel level, std::string message, LogFields fields = {});
  void arm(Timer timer, Duration delay) { emit(ArmTimer{timer, now_.steady + delay}); }
  std::string name_of(std::uint32_t id) const;
  bool synced() const { return live_ && (!round_ || round_overdue_) && !awaited_; }

  model::Node self_;
  std::string instance_;
  Planner planner_;
  Now now_{};
  std::vector<Effect> out_;

  Transport transport_;
  Replica replica_;
  LocalOperations local_;
  Clients clients_;
  OwnAttributes attributes_;
  std::optional<TimePoint> attributes_armed_;

  bool connected_ = false;
  model::View view_;
  bool live_ = false;         ///< the replica is that of the cluster that we are a member of
  bool ever_live_ = false;    ///< this process may have started something
  bool had_quorum_ = false;   ///< of the cluster that we were part of before the current view
  std::uint64_t ballot_ = 0;  ///< highest seen
  std::string session_;
  std::optional<SyncRound> round_;
  bool round_overdue_ = false;  ///< goes on without those who do not answer
  std::optional<AwaitedSnapshot> awaited_;

  bool leading_ = false;
  bool dirty_ = false;
  std::optional<Transition> transition_;
  std::uint64_t transition_number_ = 0;
  std::string transition_uuid_;
  std::set<std::string> undelivered_;  ///< keys of actions that are sent and not yet back
  std::map<std::string, TimePoint> deadlines_;
  std::optional<Facts> sent_facts_;
  std::optional<PlanReport> sent_report_;
  std::set<model::Decision> noted_decisions_;
  std::vector<std::string> noted_warnings_;
  std::string plan_error_;
  Pace pace_;
  bool told_hurry_ = false;

  std::string stored_digest_;  ///< of the configuration on disk
  std::optional<cib::Version> storing_;
  std::string storing_digest_;

  bool shutdown_wanted_ = false;
  bool shutdown_sent_ = false;
  bool told_to_leave_ = false;  ///< do_shutdown came
  std::string held_by_;         ///< failed stops that hold it up, as last told
  bool solo_ = false;           ///< messages come back at once, nobody else hears them
  bool left_ = false;
};

}  // namespace mainstay::controller
