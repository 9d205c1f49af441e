// SPDX-License-Identifier: Apache-2.0
// ocf:test:IllMannered: an agent that keeps a state file, and breaks one rule of agents as the
// parameter `fault` says. For the checks that find agents like it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;

constexpr mainstay::agent::Parameter kParameters[] = {
    {.name = "fault", .default_value = "none"},
    {.name = "needed", .required = true},
};
constexpr mainstay::agent::Action kActions[] = {
    {.name = "start", .timeout_ms = 1'000},   {.name = "stop", .timeout_ms = 1'000},
    {.name = "monitor", .timeout_ms = 1'000}, {.name = "promote", .timeout_ms = 1'000},
    {.name = "demote", .timeout_ms = 1'000},  {.name = "meta-data"},
};
constexpr mainstay::agent::Description kDescription{
    .provider = "test", .type = "IllMannered", .parameters = kParameters, .actions = kActions};

class IllMannered final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    const std::string_view fault = context.parameter("fault");
    if (fault == "second_start" && exists(state(context))) {
      return ActionResult::failed("it runs already");
    }
    if (fault == "late") {
      while (true) {
        ::pause();
      }
    }
    if (fault == "crash") {
      std::signal(SIGSEGV, SIG_DFL);
      std::raise(SIGSEGV);
    }
    remembered_ = true;
    ::close(::open(state(context).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    return ActionResult::ok();
  }
  ActionResult stop(const ActionContext& context) override {
    if (context.parameter("fault") == "second_stop" && !exists(state(context))) {
      return ActionResult::failed("it does not run");
    }
    ::unlink((state(context) + ".promoted").c_str());
    ::unlink(state(context).c_str());
    return ActionResult::ok();
  }
  ActionResult monitor(const ActionContext& context) override {
    const std::string_view fault = context.parameter("fault");
    leak(fault);
    if (fault == "forgetful" ? !remembered_ : !exists(state(context))) {
      return ActionResult::not_running();
    }
    if (fault != "never_promoted" && exists(state(context) + ".promoted")) {
      return {mainstay::agent::OcfExitCode::running_promoted, ""};
    }
    return ActionResult::ok();
  }
  ActionResult promote(const ActionContext& context) override {
    ::close(::open((state(context) + ".promoted").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    return ActionResult::ok();
  }
  ActionResult demote(const ActionContext& context) override {
    ::unlink((state(context) + ".promoted").c_str());
    return ActionResult::ok();
  }

 private:
  static bool exists(const std::string& file) { return ::access(file.c_str(), F_OK) == 0; }
  static std::string state(const ActionContext& context) {
    const std::string whose =
        context.parameter("fault") == "shared" ? "all" : std::string(context.resource_id());
    return std::string(context.state_directory()) + "/" + whose;
  }
  static void leak(std::string_view fault) {
    if (fault == "descriptor") {
      (void)::dup(0);
    } else if (fault == "memory") {
      static std::vector<std::string> kept;
      kept.emplace_back(400, 'x');
    } else if (static std::atomic<int> calls = 0; fault == "thread" && ++calls % 50 == 0) {
      std::thread([] {
        while (true) {
          ::pause();
        }
      }).detach();
    }
  }

  bool remembered_ = false;
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(IllMannered, kDescription)
