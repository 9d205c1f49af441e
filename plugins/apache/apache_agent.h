// SPDX-License-Identifier: Apache-2.0
// The actions of the native apache: the unit by systemd, the page by HTTP.
#pragma once

#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "plugins/apache/installation.h"
#include "plugins/shared/systemd/unit_control.h"

namespace mainstay::apache {

class ApacheAgent : public agent::ResourceAgent {
 public:
  ApacheAgent();

  agent::ActionResult start(const agent::ActionContext& context) override;
  agent::ActionResult stop(const agent::ActionContext& context) override;
  agent::ActionResult monitor(const agent::ActionContext& context) override;
  agent::ActionResult validate_all(const agent::ActionContext& context) override;
  agent::WatchStart watch(const agent::ActionContext& context,
                          const agent::Watcher& watcher) override;

 private:
  struct Target {
    std::string unit;
    std::string config_file;
    const Distribution* distribution = nullptr;  ///< null: the unit is configured
  };

  /// The target, or what ends the action before it begins.
  static std::variant<Target, agent::ActionResult> target_of(const agent::ActionContext& context);
  /// As above, for an action: a server that runs outside of its unit is the script's.
  static std::variant<Target, agent::ActionResult> prepare(const agent::ActionContext& context);
  agent::ActionResult wait_for_page(const agent::ActionContext& context,
                                    const Target& target) const;

  systemd::UnitControl control_;
};

}  // namespace mainstay::apache
