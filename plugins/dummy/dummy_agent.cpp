// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Dummy without a shell: keeps a state file and nothing else. The example to copy.
#include <array>
#include <string>

#include "core/agent/mainstay_agent.h"
#include "plugins/shared/pseudo/state_file.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Description;
using mainstay::agent::LogSeverity;
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;
using mainstay::agent::Translation;
using mainstay::pseudo::StateFile;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "state",
     .shortdesc = "State file",
     .longdesc = "Where to keep the state; without it Dummy-RESOURCE.state in the agents' state "
                 "directory, /run/resource-agents.",
     .unique = true},
    {.name = "fake",
     .shortdesc = "Fake attribute that can be changed to cause a reload",
     .longdesc = "Fake attribute that can be changed to cause a reload.",
     .default_value = "dummy",
     .reloadable = true},
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

constexpr auto kTranslations = std::to_array<Translation>({
    {.language = "de",
     .shortdesc = "Beispiel eines Agenten ohne Dienst",
     .longdesc = "Tut nichts, als sich zu merken, ob er läuft. Für Tests und als Vorlage."},
    {.language = "de",
     .parameter = "state",
     .shortdesc = "Zustandsdatei",
     .longdesc = "Wo der Zustand steht; ohne Angabe Dummy-RESSOURCE.state im Zustandsverzeichnis "
                 "der Agenten, /run/resource-agents."},
    {.language = "de",
     .parameter = "fake",
     .shortdesc = "Ohne Bedeutung; eine Änderung bewirkt ein Neuladen",
     .longdesc = "Ohne Bedeutung; eine Änderung bewirkt ein Neuladen."},
});

constexpr Description kDescription{
    .type = "Dummy",
    .shortdesc = "Example stateless resource agent",
    .longdesc =
        "Does nothing but keep track of whether it is running. For tests, and as a "
        "template for agents.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "",
    .translations = kTranslations,
};

class DummyAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    const StateFile file = state_file(context);
    if (const auto error = file.create()) {
      return ActionResult::failed("cannot create state file " + file.path() + ": " +
                                  error.message());
    }
    return ActionResult::ok();
  }

  ActionResult stop(const ActionContext& context) override {
    const StateFile file = state_file(context);
    if (const auto error = file.remove()) {
      return ActionResult::failed("cannot remove state file " + file.path() + ": " +
                                  error.message());
    }
    return ActionResult::ok();
  }

  ActionResult monitor(const ActionContext& context) override {
    if (state_file(context).exists()) {
      return ActionResult::ok();
    }
    return ActionResult::not_running(context.is_probe() ? "" : "No process state file found");
  }

  ActionResult validate_all(const ActionContext& context) override {
    const StateFile file = state_file(context);
    if (!file.is_writable()) {
      return {OcfExitCode::err_args, "State file \"" + file.path() + "\" is not writable"};
    }
    return ActionResult::ok();
  }

  ActionResult reload(const ActionContext& context) override {
    context.log(LogSeverity::info, "reloading");
    return ActionResult::ok();
  }

  ActionResult migrate_to(const ActionContext& context) override { return stop(context); }
  ActionResult migrate_from(const ActionContext& context) override { return start(context); }

 private:
  static StateFile state_file(const ActionContext& context) {
    if (const auto configured = context.configured("state"); configured && !configured->empty()) {
      return StateFile(std::string(*configured));
    }
    return StateFile(std::string(context.state_directory()) + "/Dummy-" +
                     std::string(context.resource_id()) + ".state");
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(DummyAgent, kDescription)
