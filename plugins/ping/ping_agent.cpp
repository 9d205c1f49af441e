// SPDX-License-Identifier: Apache-2.0
// ocf:pacemaker:ping: how many hosts answer, as an attribute of the node.
#include <array>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "plugins/ping/echo.h"
#include "plugins/ping/settings.h"
#include "plugins/shared/pseudo/state_file.h"

namespace mainstay::ping {
namespace {

using agent::Action;
using agent::ActionContext;
using agent::ActionResult;
using agent::LogSeverity;
using agent::OcfExitCode;
using agent::Parameter;
using agent::ParameterType;
using pseudo::StateFile;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "pidfile",
     .shortdesc = "State file",
     .longdesc = "A file that says that the resource runs; without it ping-NAME in /var/run.",
     .unique = true},
    {.name = "dampen",
     .shortdesc = "How long the value must be still",
     .longdesc = "The cluster hears of a new value when it has not changed again for this long.",
     .default_value = "5s",
     .type = ParameterType::integer,
     .reloadable = true},
    {.name = "name",
     .shortdesc = "Name of the attribute",
     .longdesc = "The node attribute to set, for use in rules of constraints.",
     .default_value = "pingd",
     .unique = true},
    {.name = "multiplier",
     .shortdesc = "What a host that answers counts",
     .longdesc = "The number of hosts that answer is multiplied by it.",
     .default_value = "1",
     .type = ParameterType::integer},
    {.name = "host_list",
     .shortdesc = "Hosts to ask",
     .longdesc = "Addresses or names, separated by blanks.",
     .default_value = "",
     .required = true},
    {.name = "attempts",
     .shortdesc = "Attempts per host",
     .longdesc = "How often a host is asked before it counts as dead.",
     .default_value = "3",
     .type = ParameterType::integer,
     .reloadable = true},
    {.name = "timeout",
     .shortdesc = "Seconds to wait for an answer",
     .longdesc = "How long to wait after the last attempt; without it the action's timeout is "
                 "shared among hosts and attempts.",
     .default_value = "",
     .type = ParameterType::integer,
     .reloadable = true},
    {.name = "options",
     .shortdesc = "Options for the ping program",
     .longdesc = "If set, the script serves the resource.",
     .default_value = ""},
    {.name = "failure_score",
     .shortdesc = "Least score",
     .longdesc = "The resource has failed if its score is lower. Without it it never fails.",
     .default_value = "",
     .type = ParameterType::integer},
    {.name = "use_fping",
     .shortdesc = "Whether the script uses fping",
     .longdesc = "Of no meaning here: no program is used.",
     .default_value = "1",
     .type = ParameterType::boolean},
    {.name = "debug",
     .shortdesc = "Log more",
     .longdesc = "\"true\": which hosts do not answer is logged.",
     .default_value = "false",
     .reloadable = true},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start", .timeout_ms = 60'000},
    {.name = "stop"},
    {.name = "monitor", .timeout_ms = 60'000, .interval_ms = 10'000},
    {.name = "reload-agent"},
    {.name = "meta-data", .timeout_ms = 5'000},
    {.name = "validate-all", .timeout_ms = 30'000},
});

constexpr agent::Description kDescription{
    .provider = "pacemaker",
    .type = "ping",
    .shortdesc = "Node connectivity",
    .longdesc =
        "Asks hosts for an ICMP echo and sets a node attribute to the number of those that "
        "answer. Native: by sockets instead of the ping program.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "CAP_NET_RAW",
};

/// For the answer to arrive before the host is killed.
constexpr std::chrono::milliseconds kReserve{1000};

class PingAgent final : public agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    return with_settings(context, [&](const Settings& settings) {
      const StateFile file(settings.pid_file);
      if (file.exists() && update(context, settings).code == OcfExitCode::success) {
        return ActionResult::ok();
      }
      if (const auto error = file.create()) {
        return ActionResult::failed("cannot create " + file.path() + ": " + error.message());
      }
      return update(context, settings);
    });
  }

  ActionResult stop(const ActionContext& context) override {
    return with_settings(context, [&](const Settings& settings) {
      const StateFile file(settings.pid_file);
      if (const auto error = file.remove()) {
        return ActionResult::failed("cannot remove " + file.path() + ": " + error.message());
      }
      context.delete_attribute(settings.attribute, settings.dampening);
      return ActionResult::ok();
    });
  }

  ActionResult monitor(const ActionContext& context) override {
    return with_settings(context, [&](const Settings& settings) {
      return StateFile(settings.pid_file).exists() ? update(context, settings)
                                                   : ActionResult::not_running();
    });
  }

  ActionResult validate_all(const ActionContext& context) override {
    return with_settings(context, [&](const Settings& settings) {
      if (context.check_level() == 10 && !StateFile(settings.pid_file).is_writable()) {
        return ActionResult{OcfExitCode::err_args,
                            "the directory of " + settings.pid_file + " is not writable"};
      }
      return settings.hosts.empty() ? ActionResult::misconfigured("host_list is empty")
                                    : ActionResult::ok();
    });
  }

  ActionResult reload(const ActionContext& context) override {
    return with_settings(context, [](const Settings&) { return ActionResult::ok(); });
  }

 private:
  template <class Work>
  static ActionResult with_settings(const ActionContext& context, Work work) {
    auto read = read_settings(context);
    if (const auto* declined = std::get_if<ActionResult>(&read)) {
      return *declined;
    }
    return work(std::get<Settings>(read));
  }

  static ActionResult update(const ActionContext& context, const Settings& settings) {
    const int active = count_answering(
        settings.hosts, settings.attempts, settings.timeout, context.deadline() - kReserve,
        [&](const std::string& why) { context.log(LogSeverity::warning, "cannot ask " + why); });
    if (active < static_cast<int>(settings.hosts.size()) && context.is_true("debug")) {
      context.log(LogSeverity::warning, std::to_string(active) + " of " +
                                            std::to_string(settings.hosts.size()) +
                                            " hosts answer");
    }
    const long score = active * settings.multiplier;
    if (!context.set_attribute(settings.attribute, std::to_string(score), settings.dampening)) {
      return ActionResult::failed("there is no cluster to tell of " + settings.attribute);
    }
    if (score < settings.failure_score) {
      return ActionResult::failed(settings.attribute + " is " + std::to_string(score) +
                                  ", less than the failure_score of " +
                                  std::to_string(settings.failure_score));
    }
    return ActionResult::ok();
  }
};

}  // namespace
}  // namespace mainstay::ping

MAINSTAY_AGENT_PLUGIN(mainstay::ping::PingAgent, mainstay::ping::kDescription)
