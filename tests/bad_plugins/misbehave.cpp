// SPDX-License-Identifier: Apache-2.0
// ocf:test:Misbehave: does in its actions what the parameter `mode` asks for.
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

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
    } else if (mode == "exit_handlers") {
      std::exit(3);
    } else if (mode == "spin") {
      for (volatile bool on = true; on;) {
      }
    } else if (mode == "heap") {
      corrupt_heap();
    } else if (mode == "descriptors") {
      while (::dup(0) >= 0) {
      }
    } else if (mode == "memory") {
      take_all_memory();
    } else if (mode == "child") {
      return leave_child(context);
    } else if (mode == "garbage") {
      ::send(kHostSocket, "garbage", 7, 0);
      ::pause();
    } else if (mode == "privileges") {
      return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? ActionResult::ok()
                                                           : ActionResult::failed("unconfined");
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

  /// Beyond both ends of a block, where the allocator keeps its own.
  static void corrupt_heap() {
    auto* block = static_cast<char*>(std::malloc(64));
    volatile std::ptrdiff_t begin = -16;  // the compiler is not to know
    for (std::ptrdiff_t at = begin; at < 1024; ++at) {
      *const_cast<volatile char*>(block + at) = 0x55;
    }
    std::free(block);
  }
  static void take_all_memory() {
    std::vector<std::unique_ptr<char[]>> taken;
    while (true) {
      taken.push_back(std::make_unique_for_overwrite<char[]>(std::size_t{1} << 28U));
    }
  }
  /// A process that outlives the action; its number is left in a file.
  static ActionResult leave_child(const ActionContext& context) {
    const pid_t child = ::fork();
    while (child == 0) {
      ::pause();
    }
    std::ofstream(std::string(context.state_directory()) + "/child") << child;
    return ActionResult::ok();
  }

  static constexpr int kHostSocket = 3;
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(Misbehave, kDescription)
