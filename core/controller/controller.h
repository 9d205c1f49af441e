// SPDX-License-Identifier: Apache-2.0
// One node's mind: takes events, gives effects. No I/O, no clock, no log; N of them run in one
// process in tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/cib/document.h"
#include "core/controller/effect.h"
#include "core/controller/event.h"
#include "core/controller/plan.h"
#include "core/model/monitor_times.h"
#include "core/model/view.h"

namespace mainstay::controller {

/// What `status` shows beside the CIB.
struct ClusterInfo {
  model::Node self;
  bool connected = false;  ///< a view was given and not lost
  bool synced = false;     ///< the CIB here is the cluster's
  model::View view;
  std::string dc;  ///< name; empty while none is agreed
  bool idle = false;
  std::vector<std::string> in_flight;  ///< "start VIP on node1"
  std::vector<std::string>
      blocked;  ///< decisions of the last plan that cannot be carried out, full sentences
  model::PrivateAttributes private_attributes;
};

class Controller {
 public:
  /// `stored` is the CIB found on disk, or a new one. `instance_id` is unique to this process.
  /// Without a planner the real scheduler plans.
  Controller(model::Node self, cib::Document stored, std::string instance_id, Planner planner = {});
  Controller(Controller&&) noexcept;
  Controller& operator=(Controller&&) noexcept;
  ~Controller();

  /// The whole behaviour. Effects are to be performed in their order. Equal histories give equal
  /// effects.
  std::vector<Effect> handle(const Event& event, Now now);

  /// For when it asks with Settled: what is known is kept in less memory; nothing else changes.
  void rest();

  const cib::Document& cib() const;
  ClusterInfo info() const;
  /// Of this node's recurring operations.
  std::vector<model::MonitorTimes> monitor_times() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace mainstay::controller
