// SPDX-License-Identifier: Apache-2.0
// ocf:pacemaker:Stateful: keeps its role in a file and says how much it wants to be promoted.
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
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
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;
using mainstay::pseudo::needs_script;
using mainstay::pseudo::script_wanted;
using mainstay::pseudo::StateFile;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "state",
     .shortdesc = "State file",
     .longdesc = "Where to keep the role; without it Stateful-RESOURCE.state in /var/run.",
     .unique = true},
    mainstay::pseudo::kEnvironmentFile,
    {.name = "notify_delay",
     .shortdesc = "Seconds that a notification takes",
     .longdesc = "How long the notify action takes, in seconds.",
     .default_value = "",
     .reloadable = true},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start"},
    {.name = "stop"},
    {.name = "monitor", .interval_ms = 10'000, .role = "Promoted"},
    {.name = "monitor", .interval_ms = 11'000, .role = "Unpromoted"},
    {.name = "promote", .timeout_ms = 10'000},
    {.name = "demote", .timeout_ms = 10'000},
    {.name = "notify", .timeout_ms = 5'000},
    {.name = "reload-agent", .timeout_ms = 10'000},
    {.name = "meta-data", .timeout_ms = 5'000},
    {.name = "validate-all", .timeout_ms = 30'000},
});

constexpr Description kDescription{
    .provider = "pacemaker",
    .type = "Stateful",
    .version = "1.1",
    .shortdesc = "Example stateful resource agent",
    .longdesc =
        "Does nothing but keep track of whether it is running and promoted. For tests, and "
        "as a template for agents with roles.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "",
};

constexpr const char* kPromoted = "Promoted";
constexpr const char* kUnpromoted = "Unpromoted";
constexpr const char* kScorePromoted = "10";
constexpr const char* kScoreUnpromoted = "5";

/// The first line of a file; none if there is no such file.
std::optional<std::string> read_line(const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    return std::nullopt;
  }
  std::string line;
  std::getline(in, line);
  return line;
}

class StatefulAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    if (role(context) == kPromoted) {
      return {OcfExitCode::running_promoted, "it is promoted already"};
    }
    return take_role(context, kUnpromoted, kScoreUnpromoted);
  }

  ActionResult stop(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    context.delete_promotion_score();
    if (role(context) == kPromoted) {
      return {OcfExitCode::running_promoted, "it is still promoted"};
    }
    const StateFile file = state_file(context);
    if (const auto error = file.remove()) {
      return ActionResult::failed("cannot remove state file " + file.path() + ": " +
                                  error.message());
    }
    return ActionResult::ok();
  }

  ActionResult promote(const ActionContext& context) override {
    return change_role(context, kPromoted, kScorePromoted);
  }
  ActionResult demote(const ActionContext& context) override {
    return change_role(context, kUnpromoted, kScoreUnpromoted);
  }

  ActionResult monitor(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    // For tests: the answer is ordered.
    if (const auto ordered = read_line(state_file(context).path() + ".rc")) {
      int code = 0;
      std::from_chars(ordered->data(), ordered->data() + ordered->size(), code);
      return {static_cast<OcfExitCode>(code & 0xFF), *ordered + " GB redirected to /dev/null"};
    }
    const auto now = role(context);
    if (!now) {
      return ActionResult::not_running();
    }
    const bool promoted = *now == kPromoted;
    if (!promoted && *now != kUnpromoted) {
      return ActionResult::failed("the state file holds an unknown role");
    }
    if (context.is_probe()) {
      context.set_promotion_score(promoted ? kScorePromoted : kScoreUnpromoted);
    }
    return promoted ? ActionResult{OcfExitCode::running_promoted, ""} : ActionResult::ok();
  }

  ActionResult notify(const ActionContext& context) override {
    if (needs_script(context)) {
      return script_wanted();
    }
    const std::string_view delay = context.parameter("notify_delay");
    unsigned seconds = 0;
    std::from_chars(delay.data(), delay.data() + delay.size(), seconds);
    return mainstay::pseudo::pause(context, std::chrono::seconds(seconds), "notify_delay");
  }

  ActionResult reload(const ActionContext& context) override {
    return needs_script(context) ? script_wanted() : ActionResult::ok();
  }
  ActionResult validate_all(const ActionContext& context) override { return reload(context); }

 private:
  static StateFile state_file(const ActionContext& context) {
    if (const std::string_view given = context.parameter("state"); !given.empty()) {
      return StateFile(std::string(given));
    }
    std::string resource(context.resource_id());
    if (context.meta("globally-unique") == "false") {
      resource = resource.substr(0, resource.find(':'));
    }
    return StateFile("/var/run/Stateful-" + resource + ".state");
  }

  static std::optional<std::string> role(const ActionContext& context) {
    const StateFile file = state_file(context);
    return file.exists() ? read_line(file.path()) : std::nullopt;
  }

  static ActionResult take_role(const ActionContext& context, const char* role, const char* score) {
    const std::string path = state_file(context).path();
    std::ofstream out(path, std::ios::trunc);
    out << role << '\n';
    out.close();
    if (!out) {
      return ActionResult::failed("cannot write state file " + path);
    }
    context.set_promotion_score(score);
    return ActionResult::ok();
  }

  static ActionResult change_role(const ActionContext& context, const char* wanted,
                                  const char* score) {
    if (needs_script(context)) {
      return script_wanted();
    }
    if (role(context).value_or("").empty()) {
      return ActionResult::not_running();
    }
    return take_role(context, wanted, score);
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(StatefulAgent, kDescription)
