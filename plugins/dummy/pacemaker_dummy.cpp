// SPDX-License-Identifier: Apache-2.0
// ocf:pacemaker:Dummy: as heartbeat's, and on request slow or failing. For tests of clusters.
#include <sys/utsname.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "plugins/shared/pseudo/pacemaker_pseudo.h"
#include "plugins/shared/pseudo/pause.h"
#include "plugins/shared/pseudo/state_file.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Description;
using mainstay::agent::LogSeverity;
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;
using mainstay::pseudo::needs_script;
using mainstay::pseudo::script_wanted;
using mainstay::pseudo::StateFile;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "state",
     .shortdesc = "State file",
     .longdesc = "Where to keep the state; without it Dummy-RESOURCE.state in /var/run, without "
                 "the number of a clone's instance unless it is globally-unique.",
     .unique = true},
    {.name = "passwd",
     .shortdesc = "Password",
     .longdesc = "Stands for a password and does nothing.",
     .default_value = "",
     .reloadable = true},
    {.name = "fake",
     .shortdesc = "Does nothing, may be changed",
     .longdesc = "Does nothing. A change of it causes a reload of the agent.",
     .default_value = "dummy",
     .reloadable = true},
    {.name = "op_sleep",
     .shortdesc = "Seconds that each action takes",
     .longdesc = "Seconds that start, stop and monitor take, to see what a cluster does with slow "
                 "actions.",
     .default_value = "0",
     .reloadable = true},
    {.name = "fail_start_on",
     .shortdesc = "Node on which starts are reported as failed",
     .longdesc = "On the node of this name (uname -n) start, migrate_from and reload-agent answer "
                 "that they have failed, though they have not.",
     .default_value = "",
     .reloadable = true},
    mainstay::pseudo::kEnvironmentFile,
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start"},
    {.name = "stop"},
    {.name = "monitor", .interval_ms = 10'000},
    {.name = "reload"},
    {.name = "reload-agent"},
    {.name = "migrate_to"},
    {.name = "migrate_from"},
    {.name = "validate-all"},
    {.name = "meta-data", .timeout_ms = 5'000},
});

constexpr Description kDescription{
    .provider = "pacemaker",
    .type = "Dummy",
    .version = "2.1",
    .shortdesc = "Example stateless resource agent",
    .longdesc =
        "Does nothing but keep track of whether it is running, and on request lets actions "
        "fail or take long. For tests.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "",
};

constexpr std::chrono::seconds kSlowMonitor{30};

bool is_named(std::string_view node) {
  utsname host{};
  return !node.empty() && ::uname(&host) == 0 && node == host.nodename;
}

/// The number of an anonymous clone's instance is none of the file's business.
std::string without_instance(std::string_view resource) {
  const std::size_t colon = resource.rfind(':');
  const bool numbered =
      colon != std::string_view::npos && colon + 1 < resource.size() &&
      resource.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return std::string(numbered ? resource.substr(0, colon) : resource);
}

StateFile state_file(const ActionContext& context) {
  if (const std::string_view configured = context.parameter("state"); !configured.empty()) {
    return StateFile(std::string(configured));
  }
  const auto unique = context.meta("globally-unique");
  const bool shared = unique.value_or("false") == "false";
  return StateFile(
      "/var/run/Dummy-" +
      (shared ? without_instance(context.resource_id()) : std::string(context.resource_id())) +
      ".state");
}

/// What a monitor of depth 40 finds in the file: an exit code, or nothing.
ActionResult code_in(const StateFile& file) {
  std::ifstream in(file.path());
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.find_first_not_of(" \n") == std::string::npos) {
    return ActionResult::ok();
  }
  unsigned code = 0;
  std::from_chars(text.data(), text.data() + text.size(), code);
  return {static_cast<OcfExitCode>(code % 256U),
          "CPU ejected: the state file orders exit code " + std::to_string(code)};
}

class PacemakerDummy final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    if (look(context, true).code != OcfExitCode::success) {
      const StateFile file = state_file(context);
      if (const auto error = file.create()) {
        return ActionResult::failed("cannot create state file " + file.path() + ": " +
                                    error.message());
      }
    }
    return is_named(context.parameter("fail_start_on"))
               ? ActionResult::failed("reported as failed, as fail_start_on wants")
               : ActionResult::ok();
  }

  ActionResult stop(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    const bool runs = look(context, false).code == OcfExitCode::success;
    const StateFile file = state_file(context);
    if (runs) {
      if (const auto error = file.remove()) {
        return ActionResult::failed("cannot remove state file " + file.path() + ": " +
                                    error.message());
      }
    }
    (void)marker(file).remove();
    return ActionResult::ok();
  }

  ActionResult monitor(const ActionContext& context) override {
    return needs_script(context) ? script_wanted() : look(context, true);
  }

  ActionResult validate_all(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    const std::string_view pause = context.parameter("op_sleep");
    if (!pause.empty() && pause.find_first_of("0123456789") == std::string_view::npos) {
      return ActionResult::misconfigured("op_sleep is no number of seconds");
    }
    if (context.check_level() == 10 && !state_file(context).is_writable()) {
      return {OcfExitCode::err_args,
              "State file \"" + state_file(context).path() + "\" is not writable"};
    }
    return ActionResult::ok();
  }

  ActionResult reload(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    context.log(LogSeverity::info, "reloading");
    return context.action() == "reload-agent" ? start(context) : ActionResult::ok();
  }

  ActionResult migrate_to(const ActionContext& context) override { return stop(context); }
  ActionResult migrate_from(const ActionContext& context) override { return start(context); }

 private:
  /// There while an action sleeps; two at once are what Pacemaker's own tests look for.
  static StateFile marker(const StateFile& file) { return StateFile(file.path() + ".serialized"); }

  static ActionResult sleep_as_told(const ActionContext& context, bool alone) {
    const std::string_view text = context.parameter("op_sleep");
    unsigned seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds == 0) {
      return ActionResult::ok();
    }
    const StateFile mark = marker(state_file(context));
    if (alone && mark.exists()) {
      context.log(LogSeverity::error, mark.path() + " exists already");
      return ActionResult::failed("alternate universe collision");
    }
    (void)mark.create();
    ActionResult slept =
        mainstay::pseudo::pause(context, std::chrono::seconds(seconds), "op_sleep");
    (void)mark.remove();
    return slept;
  }

  /// Monitors are of different depths, to support all kinds of tests.
  static ActionResult look(const ActionContext& context, bool alone) {
    if (ActionResult slept = sleep_as_told(context, alone); slept.code != OcfExitCode::success) {
      return slept;
    }
    const StateFile file = state_file(context);
    if (!file.exists()) {
      return ActionResult::not_running();
    }
    switch (context.check_level()) {
      case 10:
        return mainstay::pseudo::pause(context, kSlowMonitor, "a monitor of depth 10");
      case 20: {
        std::random_device dice;
        return dice() % 5 == 1 ? ActionResult::failed("smoke detected near CPU fan")
                               : ActionResult::ok();
      }
      case 30:
        return ActionResult::failed("hyperdrive quota reached");
      case 40:
        return code_in(file);
      default:
        return ActionResult::ok();
    }
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(PacemakerDummy, kDescription)
