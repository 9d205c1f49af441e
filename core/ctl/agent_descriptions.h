// SPDX-License-Identifier: Apache-2.0
// What agents there are and what they say of themselves, asked of mainstay-agent-host.
#pragma once

#include <string>
#include <vector>

#include "core/agent/agent_info.h"
#include "core/base/result.h"
#include "core/model/agent_name.h"

namespace mainstay::ctl {

class AgentDescriptions {
 public:
  /// `host_program`: mainstay-agent-host.
  explicit AgentDescriptions(std::string host_program) : program_(std::move(host_program)) {}

  /// Names of all agents, sorted.
  Result<std::vector<std::string>> list() const;
  /// Errors: "Agent 'X' is not installed or does not provide valid metadata: …".
  Result<agent::AgentInfo> describe(const model::AgentName& name) const;
  /// A name without class and provider is looked for among the known ones: ocf:heartbeat, then
  /// ocf:pacemaker, then any.
  Result<model::AgentName> complete(const std::string& name) const;

 private:
  std::string program_;
};

/// `resource describe`.
std::string description_text(const agent::AgentInfo& info, const std::string& name);

}  // namespace mainstay::ctl
