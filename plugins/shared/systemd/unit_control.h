// SPDX-License-Identifier: Apache-2.0
// start, stop and monitor of one unit that the cluster owns, in OCF's terms.
// Threading: no state but what the constructor gets; calls may run at the same time.
#pragma once

#include <functional>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "plugins/shared/systemd/bus.h"

namespace mainstay::systemd {

class UnitControl {
 public:
  /// `drop_in_root`: where runtime drop-ins are read from.
  explicit UnitControl(BusFactory connect, std::string drop_in_root = "/run/systemd/system")
      : connect_(std::move(connect)), drop_in_root_(std::move(drop_in_root)) {}

  agent::ActionResult start(const agent::ActionContext& context, const std::string& unit) const;
  agent::ActionResult stop(const agent::ActionContext& context, const std::string& unit) const;
  agent::ActionResult monitor(const agent::ActionContext& context, const std::string& unit) const;

  /// True when systemd knows the unit file.
  Result<bool> exists(const std::string& unit, Deadline deadline) const;

 private:
  /// Runs `work` on a fresh connection, again and again while systemd cannot be reached.
  template <class Value>
  Result<Value> with_bus(Deadline deadline, const std::function<Result<Value>(Bus&)>& work) const;
  Result<bool> write_drop_in(const std::string& unit) const;
  Result<bool> remove_drop_in(const std::string& unit) const;
  void make_effective(const agent::ActionContext& context, Bus& bus, const std::string& unit,
                      bool drop_in_wanted) const;

  BusFactory connect_;
  std::string drop_in_root_;
};

/// When an action gives up by itself, so that its reason is heard before its host is killed.
Deadline own_deadline(const agent::ActionContext& context);

}  // namespace mainstay::systemd
