// SPDX-License-Identifier: Apache-2.0
// The actions of the native apache: the unit by systemd, the page by HTTP.
#pragma once

#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "plugins/apache/apache_config.h"
#include "plugins/shared/systemd/unit_control.h"

namespace mainstay::apache {

/// True when a line of `text` matches the extended regular expression, case ignored (grep -Ei).
/// None if it is none.
std::optional<bool> has_match(const std::string& text, const std::string& regex);

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
  };

  std::variant<Target, agent::ActionResult> prepare(const agent::ActionContext& context) const;
  static agent::ActionResult check_page(const agent::ActionContext& context, const Target& target);
  static agent::ActionResult check_test_page(const agent::ActionContext& context,
                                             const std::string& local);

  systemd::UnitControl control_;
};

}  // namespace mainstay::apache
