// SPDX-License-Identifier: Apache-2.0
// ocf:test:Confined: declares that it needs one capability, and that nothing it starts is a
// service. Its monitor tells what it has; its start leaves a process behind that is a session of
// its own.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;

constexpr mainstay::agent::Action kActions[] = {{.name = "start"}, {.name = "monitor"}};
constexpr mainstay::agent::Description kDescription{
    .provider = "test", .type = "Confined", .actions = kActions, .capabilities = "CAP_NET_RAW"};

class Confined final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      while (true) {
        ::pause();
      }
    }
    std::ofstream(std::string(context.state_directory()) + "/child") << child;
    return ActionResult::ok();
  }
  ActionResult stop(const ActionContext&) override { std::abort(); }
  /// "CapPrm: 0000000000002000 CapEff: …" of this process and "CapBnd: …".
  ActionResult monitor(const ActionContext&) override {
    std::ifstream in("/proc/self/status");
    std::string found;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("CapPrm") || line.starts_with("CapEff") || line.starts_with("CapBnd")) {
        found += line.substr(0, 7) + " " + line.substr(line.find_first_not_of("0 \t", 7)) + " ";
      }
    }
    return ActionResult::failed(found);
  }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(Confined, kDescription)
