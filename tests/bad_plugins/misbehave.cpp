// SPDX-License-Identifier: Apache-2.0
// ocf:test:Misbehave: does in its actions what the parameter `mode` asks for.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;

constexpr mainstay::agent::Parameter kParameters[] = {
    {.name = "mode", .default_value = "ok"},
};
constexpr mainstay::agent::Action kActions[] = {{.name = "start"}, {.name = "monitor"}};
constexpr mainstay::agent::Description kDescription{
    .provider = "test", .type = "Misbehave", .parameters = kParameters, .actions = kActions};

class Misbehave final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override { return act(context); }
  ActionResult stop(const ActionContext& context) override { return act(context); }
  ActionResult monitor(const ActionContext& context) override { return act(context); }

 private:
  static ActionResult act(const ActionContext& context) {
    const std::string_view mode = context.parameter("mode");
    if (mode == "segv") {
      std::signal(SIGSEGV, SIG_DFL);
      std::raise(SIGSEGV);
    } else if (mode == "exit") {
      ::_exit(3);
    } else if (mode == "throw") {
      throw std::runtime_error("thrown in an action");
    } else if (mode == "hang") {
      while (true) {
        ::pause();
      }
    } else if (mode == "decline") {
      return ActionResult::decline("mode=decline is for the script");
    } else if (mode == "rubbish") {
      return {static_cast<mainstay::agent::OcfExitCode>(4711), "x"};
    } else if (mode == "flood") {
      for (int i = 0; i < 100'000; ++i) {
        context.log(mainstay::agent::LogSeverity::debug, std::string(1000, 'x'));
      }
      return ActionResult::failed(std::string(1'000'000, 'y'));
    }
    return ActionResult::ok();
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(Misbehave, kDescription)
