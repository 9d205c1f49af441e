// SPDX-License-Identifier: Apache-2.0
// The class "systemd:": the resource's type is the unit.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/agent/mainstay_agent.h"
#include "plugins/shared/systemd/unit_control.h"
#include "plugins/shared/systemd/unit_watch.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Description;
using mainstay::agent::Watcher;
using mainstay::agent::WatchStart;

constexpr auto kActions = std::to_array<Action>({
    {.name = "start", .timeout_ms = 100'000},
    {.name = "stop", .timeout_ms = 100'000},
    {.name = "status", .timeout_ms = 100'000},
    {.name = "monitor", .timeout_ms = 100'000, .interval_ms = 60'000},
    {.name = "meta-data", .timeout_ms = 5'000},
});

constexpr Description kDescription{
    .standard = "systemd",
    .provider = "",
    .type = "*",
    .shortdesc = "systemd unit",
    .longdesc =
        "Starts and stops a unit over D-Bus. While the cluster runs it, systemd does not "
        "restart it, and a shutdown of the host leaves its end to the cluster.",
    .parameters = {},
    .actions = kActions,
    // systemd, which is asked, has them.
    .capabilities = "",
};

class SystemdAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    return on_unit(context, &mainstay::systemd::UnitControl::start);
  }
  ActionResult stop(const ActionContext& context) override {
    return on_unit(context, &mainstay::systemd::UnitControl::stop);
  }
  ActionResult monitor(const ActionContext& context) override {
    return on_unit(context, &mainstay::systemd::UnitControl::monitor);
  }

  WatchStart watch(const ActionContext& context, const Watcher& watcher) override {
    const auto unit = mainstay::systemd::unit_name(context.type());
    return unit ? mainstay::systemd::watch_unit(*unit, watcher) : WatchStart{};
  }

  static std::vector<std::string> list_types() {
    std::vector<std::string> types;
    const auto deadline = mainstay::systemd::Clock::now() + std::chrono::seconds(5);
    auto bus = mainstay::systemd::connect_system_bus();
    if (!bus) {
      return types;
    }
    const auto files = (*bus)->unit_files(deadline);
    if (!files) {
      return types;
    }
    for (const std::string& file : *files) {
      if (auto type = mainstay::systemd::type_of_unit_file(file)) {
        types.push_back(std::move(*type));
      }
    }
    std::sort(types.begin(), types.end());
    return types;
  }

 private:
  using Method = ActionResult (mainstay::systemd::UnitControl::*)(const ActionContext&,
                                                                  const std::string&) const;

  ActionResult on_unit(const ActionContext& context, Method method) const {
    const auto unit = mainstay::systemd::unit_name(context.type());
    if (!unit) {
      return ActionResult::misconfigured("\"" + std::string(context.type()) +
                                         "\" cannot be the name of a systemd unit");
    }
    return (control_.*method)(context, *unit);
  }

  mainstay::systemd::UnitControl control_{mainstay::systemd::connect_system_bus};
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(SystemdAgent, kDescription)
