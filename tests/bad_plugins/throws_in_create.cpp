// SPDX-License-Identifier: Apache-2.0
// ocf:test:ThrowsInCreate: its constructor fails.
#include <stdexcept>

#include "core/agent/mainstay_agent.h"

namespace {

using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;

constexpr mainstay::agent::Description kDescription{.provider = "test", .type = "ThrowsInCreate"};

class ThrowsInCreate final : public mainstay::agent::ResourceAgent {
 public:
  ThrowsInCreate() { throw std::runtime_error("no agent today"); }
  ActionResult start(const ActionContext&) override { return {}; }
  ActionResult stop(const ActionContext&) override { return {}; }
  ActionResult monitor(const ActionContext&) override { return {}; }
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(ThrowsInCreate, kDescription)
