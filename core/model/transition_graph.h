// SPDX-License-Identifier: Apache-2.0
// What the scheduler wants done: actions, what each waits for, and why.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/model/agent_name.h"
#include "core/model/values.h"

namespace mainstay::model {

enum class ActionKind {
  resource,  ///< an operation of a resource agent on `node` (rsc_op)
  pseudo,    ///< a synchronisation point, done by nobody (pseudo_event)
  fence,     ///< fencing of `node` (crm_event, task "stonith")
  cluster,   ///< done by a node's cluster software (crm_event): do_shutdown, clear_failcount,
             ///< lrm_delete
};

/// One vertex of the graph. `inputs` are ids of actions that must be complete before this one
/// starts.
struct GraphAction {
  int id = 0;
  ActionKind kind = ActionKind::resource;
  std::string
      task;  ///< start, stop, monitor, cancel, promote, …, stonith, do_shutdown, clear_failcount
  std::string resource;  ///< empty for node-wide actions; what agents and history call it
  std::string label;     ///< the same for people: an instance of a clone with its number
  std::string node_id;   ///< of `node`
  std::string node;      ///< uname of the node that it concerns; empty for most pseudo-actions
  AgentName agent;
  Duration interval{0};
  Duration timeout{20'000};
  int expected_rc = 0;  ///< OCF exit code that means success
  std::string on_fail;  ///< resolved policy, Pacemaker's word
  Values parameters;    ///< instance attributes
  Values meta;          ///< CRM_meta_* values without the prefix
  std::vector<int> inputs;
  int priority = 0;
  bool runnable = true;  ///< false: wanted, but something blocks it (see reason)
  std::string reason;    ///< why it is wanted, or why it cannot run; empty: nothing to say
  bool operator==(const GraphAction&) const = default;
};

/// What happens to one resource, as an administrator would say it. One entry per line of
/// crm_simulate's "Transition Summary".
struct Decision {
  std::string resource;  ///< or the node's name when verb is "Fence" or "Shutdown"
  std::string verb;      ///< Start, Stop, Move, Recover, Restart, Promote, Demote, Migrate, Reload,
                         ///< Fence, Shutdown
  std::string details;   ///< "node1 -> node2", "Unpromoted node1", …
  std::string reason;
  bool blocked = false;
  auto operator<=>(const Decision&) const = default;
};

struct TransitionGraph {
  std::vector<GraphAction>
      actions;  ///< in Pacemaker's emission order; acyclic unless Pacemaker's would loop
  std::vector<Decision> decisions;
  std::vector<std::string>
      warnings;  ///< configuration errors and warnings found on the way, crm_verify's words
  /// When the same input would be decided differently only because time passed (rules,
  /// failure-timeout, …).
  std::optional<WallTime> recheck_at;
  bool operator==(const TransitionGraph&) const = default;
};

}  // namespace mainstay::model
