// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Delay: start, stop and monitor take as long as told.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "plugins/shared/pseudo/pause.h"
#include "plugins/shared/pseudo/state_file.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Description;
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;
using mainstay::agent::ParameterType;
using mainstay::pseudo::StateFile;
using std::chrono::milliseconds;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "startdelay",
     .shortdesc = "Seconds that a start takes",
     .longdesc = "How long a start takes, in seconds.",
     .default_value = "20",
     .type = ParameterType::integer},
    {.name = "stopdelay",
     .shortdesc = "Seconds that a stop takes",
     .longdesc = "How long a stop takes, in seconds.",
     .default_value = "30",
     .type = ParameterType::integer},
    {.name = "mondelay",
     .shortdesc = "Seconds that a monitor takes",
     .longdesc = "How long a monitor takes, in seconds, a probe too.",
     .default_value = "30",
     .type = ParameterType::integer},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start", .timeout_ms = 30'000},
    {.name = "stop", .timeout_ms = 30'000},
    {.name = "status", .timeout_ms = 30'000, .interval_ms = 10'000},
    {.name = "monitor", .timeout_ms = 30'000, .interval_ms = 10'000},
    {.name = "meta-data", .timeout_ms = 5'000},
    {.name = "validate-all", .timeout_ms = 5'000},
});

constexpr Description kDescription{
    .type = "Delay",
    .shortdesc = "Waits for a defined time",
    .longdesc = "A resource that does nothing but take its time at start, stop and monitor.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "",
};

/// Digits and at most one point; as the script, which lets "" and "." pass, and waits for neither.
bool is_plain_number(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

milliseconds length_of(std::string_view seconds) {
  constexpr double kLongest = 1e6;
  double value = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value,
                                            std::chars_format::fixed);
  if (error == std::errc::result_out_of_range) {
    value = kLongest;
  } else if (error != std::errc()) {
    value = 0;
  }
  return milliseconds(static_cast<std::int64_t>(std::min(value, kLongest) * 1000));
}

class DelayAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    const StateFile file = state_file(context);
    if (file.exists()) {
      return ActionResult::ok();
    }
    if (auto complaint = judge(context)) {
      return *complaint;
    }
    return change(context, "startdelay", file.create(), "create state file " + file.path());
  }

  ActionResult stop(const ActionContext& context) override {
    const StateFile file = state_file(context);
    if (!file.exists()) {
      return ActionResult::ok();
    }
    if (auto complaint = judge(context)) {
      return *complaint;
    }
    return change(context, "stopdelay", file.remove(), "remove state file " + file.path());
  }

  ActionResult monitor(const ActionContext& context) override {
    if (context.action() != "status") {
      if (auto complaint = judge(context)) {
        return *complaint;
      }
      if (ActionResult waited = wait(context, "mondelay"); waited.code != OcfExitCode::success) {
        return waited;
      }
    }
    return state_file(context).exists() ? ActionResult::ok() : ActionResult::not_running();
  }

  ActionResult validate_all(const ActionContext& context) override {
    return judge(context).value_or(ActionResult::ok());
  }

 private:
  static StateFile state_file(const ActionContext& context) {
    return StateFile(std::string(context.state_directory()) + "/Delay_" +
                     std::string(context.resource_id()));
  }

  static std::optional<ActionResult> judge(const ActionContext& context) {
    for (const char* name : {"startdelay", "stopdelay", "mondelay"}) {
      if (!is_plain_number(context.parameter(name))) {
        return ActionResult{OcfExitCode::err_args, std::string(name) + " [" +
                                                       std::string(context.parameter(name)) +
                                                       "] is no number of seconds"};
      }
    }
    return std::nullopt;
  }

  static ActionResult wait(const ActionContext& context, const char* name) {
    return mainstay::pseudo::pause(context, length_of(context.parameter(name)), name);
  }

  /// The change comes first and the time passes whatever came of it.
  static ActionResult change(const ActionContext& context, const char* delay,
                             const std::error_code& error, const std::string& what) {
    ActionResult waited = wait(context, delay);
    if (error) {
      return {OcfExitCode::err_perm, "cannot " + what + ": " + error.message()};
    }
    return waited;
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(DelayAgent, kDescription)
