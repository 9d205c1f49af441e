// SPDX-License-Identifier: Apache-2.0
// One action of a resource agent: what is asked and how it ended.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/model/agent_name.h"
#include "core/model/values.h"

namespace mainstay::model {

/// Whether an action may be repeated at an interval: what changes a resource's state is done once.
/// As Pacemaker does, which repeats what else an operation is called.
constexpr bool can_recur(std::string_view action) {
  constexpr auto kOnce = std::to_array<std::string_view>(
      {"start", "stop", "promote", "demote", "migrate_to", "migrate_from", "reload-agent"});
  return std::find(kOnce.begin(), kOnce.end(), action) == kOnce.end();
}

/// What is to be run. `parameters` are the instance attributes; `meta` the CRM_meta_* values
/// without that prefix.
struct ActionRequest {
  std::uint64_t call_id = 0;  ///< chosen by the caller, unique while in flight
  std::string resource;       ///< resource id, with ":N" for an instance of a unique clone
  AgentName agent;
  std::string action;  ///< OCF action: "start", "stop", "monitor", …
  Values parameters;
  Values meta;
  Duration timeout{20'000};
  Duration interval{0};
  bool force_shell = false;  ///< meta attribute agent-implementation=shell
  bool operator==(const ActionRequest&) const = default;
};

/// How it ended. The numbers are Pacemaker's op-status values, as the CIB keeps them.
enum class OperationStatus {
  done = 0,
  cancelled = 1,
  timed_out = 2,
  not_supported = 3,
  error = 4,
  error_hard = 5,
  error_fatal = 6,
  not_installed = 7,
};

struct ActionOutcome {
  std::uint64_t call_id = 0;
  int exit_code = 0;  ///< OCF exit code; with a status other than done, the code that stands for it
  OperationStatus status = OperationStatus::done;
  std::string exit_reason;  ///< one line for the operator, may be empty
  std::string note;      ///< one line about how it was run ("shell agent used: …"), may be empty
  Duration queued{0};    ///< from submission to start
  Duration took{0};      ///< from start to end
  bool watched = false;  ///< of a recurring monitor: changes are told of, too, not only polled
};

}  // namespace mainstay::model
