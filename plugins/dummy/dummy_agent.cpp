// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Dummy without a shell: keeps a state file and nothing else. The example to copy.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::Description;
using mainstay::agent::LogSeverity;
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;

constexpr Parameter kParameters[] = {
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
};

constexpr Action kActions[] = {
    {.name = "start"},        {.name = "stop"},         {.name = "monitor", .interval_ms = 10'000},
    {.name = "reload"},       {.name = "reload-agent"}, {.name = "migrate_to"},
    {.name = "migrate_from"}, {.name = "validate-all"}, {.name = "meta-data", .timeout_ms = 5'000},
};

constexpr Description kDescription{
    .type = "Dummy",
    .shortdesc = "Example stateless resource agent",
    .longdesc =
        "Does nothing but keep track of whether it is running. For tests, and as a "
        "template for agents.",
    .parameters = kParameters,
    .actions = kActions,
};

std::string error_text(int number) {
  return std::generic_category().message(number);
}

class DummyAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    const std::string file = state_file(context);
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
    if (fd < 0) {
      return ActionResult::failed("cannot create state file " + file + ": " + error_text(errno));
    }
    ::close(fd);
    return ActionResult::ok();
  }

  ActionResult stop(const ActionContext& context) override {
    const std::string file = state_file(context);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
      return ActionResult::failed("cannot remove state file " + file + ": " + error_text(errno));
    }
    return ActionResult::ok();
  }

  ActionResult monitor(const ActionContext& context) override {
    struct stat status {};
    if (::stat(state_file(context).c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      return ActionResult::ok();
    }
    return ActionResult::not_running(context.is_probe() ? "" : "No process state file found");
  }

  ActionResult validate_all(const ActionContext& context) override {
    const std::string file = state_file(context);
    const std::size_t slash = file.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : file.substr(0, slash + 1);
    if (::access(directory.c_str(), W_OK | X_OK) != 0) {
      return {OcfExitCode::err_args, "State file \"" + file + "\" is not writable"};
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
  static std::string state_file(const ActionContext& context) {
    if (const auto configured = context.configured("state"); configured && !configured->empty()) {
      return std::string(*configured);
    }
    return std::string(context.state_directory()) + "/Dummy-" + std::string(context.resource_id()) +
           ".state";
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(DummyAgent, kDescription)
