// SPDX-License-Identifier: Apache-2.0
// ping's parameters as typed settings. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/agent/mainstay_agent.h"

namespace mainstay::ping {

struct Settings {
  std::string pid_file;
  std::string attribute;
  std::vector<std::string> hosts;
  int attempts = 3;
  std::chrono::seconds timeout{2};  ///< to wait after the last attempt
  long multiplier = 1;
  long failure_score = 0;  ///< a lower score is a failure
  std::chrono::milliseconds dampening{5000};
};

/// "5s", "500ms", "2min", "1h"; a bare number is seconds.
std::optional<std::chrono::milliseconds> read_interval(std::string_view text);

/// Settings, or a decline of what only the script understands.
std::variant<Settings, agent::ActionResult> read_settings(const agent::ActionContext& context);

}  // namespace mainstay::ping
