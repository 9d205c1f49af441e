// SPDX-License-Identifier: Apache-2.0
// A real agent host for `mainstay agent test`: no daemon is involved.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/conformance/verdict.h"
#include "core/model/agent_name.h"

namespace mainstay::ctl {

/// Everything blocks. Destroying it ends the host and the actions that run.
class TestHost {
 public:
  /// `arguments`: mainstay-agent-host and what it is to serve. `grace`: how long past an action's
  /// timeout the host may take to say so itself.
  TestHost(model::AgentName agent, std::vector<std::string> arguments, Duration grace);
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  /// Runs the steps at the same time, in a new host if there is none. One answer for each.
  std::vector<conformance::Answer> run(const std::vector<conformance::Step>& steps);
  /// Kills the host.
  void end();
  /// What the host's process has; nothing if there is no host.
  std::optional<conformance::Use> use() const;

 private:
  class Reactor;
  std::unique_ptr<Reactor> reactor_;
};

}  // namespace mainstay::ctl
