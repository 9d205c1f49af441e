// SPDX-License-Identifier: Apache-2.0
// `resource create`: its grammar, the checks against the agent's meta-data, and the XML, the same
// as pcs 0.11 writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_info.h"
#include "core/cib/document.h"
#include "core/ctl/text.h"
#include "core/model/agent_name.h"

namespace mainstay::ctl {

struct OperationArguments {
  std::string name;
  Options options;  ///< as given: interval, timeout, …
};

struct CreateArguments {
  std::string id;
  std::string agent;
  Options parameters;
  std::vector<OperationArguments> operations;
  Options meta;
  bool clone = false;
  bool promotable = false;
  std::string clone_id;  ///< empty: ID-clone
  Options clone_meta;
  std::string group;
  std::string before;
  std::string after;
  bool disabled = false;
  bool no_default_ops = false;
  bool force = false;
};

/// The words after "create": ID AGENT [k=v…] [op NAME k=v…]… [meta k=v…] [clone [ID] k=v…].
Result<CreateArguments> parse_create(const Words& words);

/// A change and what is to be told about it.
struct Plan {
  cib::Change change;
  Words warnings;  ///< "Warning: …" without the prefix
  Words messages;  ///< said as they are
};

/// `metadata` is nothing when the agent could not be described and --force was given.
Result<Plan> plan_resource_create(const cib::Document& cib, const CreateArguments& arguments,
                                  const model::AgentName& agent,
                                  const std::optional<agent::AgentInfo>& metadata);

/// Unknown and missing parameters: one message for each kind, as pcs words them.
Words parameter_complaints(const agent::AgentInfo& metadata, const Options& parameters,
                           bool complete);

/// Names and values of one operation's options.
Words operation_complaints(const OperationArguments& operation);

}  // namespace mainstay::ctl
