// SPDX-License-Identifier: Apache-2.0
// Node status: online, pending, unclean, standby, maintenance. With fencing, a node that left
// without a clean shutdown is to be fenced; without, it is taken as gone.
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

/// in_ccm and crmd may be words or the second since when.
bool membership_flag(const std::string& text, bool* seen, std::int64_t* since) {
  *since = 0;
  if (text.empty()) {
    *seen = false;
    return false;
  }
  *seen = true;
  if (text == "online" || is_true(text)) {
    return true;
  }
  const std::int64_t when = std::strtoll(text.c_str(), nullptr, 10);
  *since = when > 1 ? when : 0;
  return when > 0;
}

struct Signs {
  bool seen = false;
  bool member = false;
  bool process = false;
  std::int64_t member_since = 0;
  std::int64_t process_since = 0;
  std::string join;
  std::string expected;
};

void judge_without_fencing(Reading& reading, int index, const Signs& signs) {
  model::NodeState& node = reading.node(index);
  if (!signs.member) {
    return;
  }
  if (signs.process) {
    node.online = signs.join == "member";
  } else if (node.expected_up) {
    demand_fencing(reading.state, index, "peer is unexpectedly down");
  }
}

bool pending_too_long(const Reading& reading, const Signs& signs, std::int64_t now) {
  const auto limit = reading.state.options.node_pending_timeout.count() / 1000;
  return limit > 0 && signs.member_since > 0 && !signs.process && now - signs.member_since >= limit;
}

void judge_with_fencing(Reading& reading, int index, const Signs& signs) {
  model::NodeState& node = reading.node(index);
  node.online = signs.member;
  const auto terminate = node.attributes.find("terminate");
  const bool asked = terminate != node.attributes.end() && terminate->second != "0" &&
                     (is_true(terminate->second) || parse_int(terminate->second, 0) > 0);
  if (node.shutdown) {
    node.online = signs.process;
  } else if (!signs.seen) {
    demand_fencing(reading.state, index, "peer has not been seen by the cluster");
  } else if (signs.join == "nack") {
    demand_fencing(reading.state, index, "peer failed Pacemaker membership criteria");
  } else if (asked) {
    if (signs.member || signs.process || signs.expected != "down") {
      demand_fencing(reading.state, index, "fencing was requested");
    }
  } else if (signs.expected == "down") {
    if (pending_too_long(reading, signs, reading.now_seconds())) {
      demand_fencing(reading.state, index, "peer pending timed out on joining the process group");
    } else if (signs.member || signs.process) {
      node.pending = true;
    }
  } else if (!signs.member) {
    demand_fencing(reading.state, index, "peer is no longer part of the cluster");
  } else if (!signs.process) {
    demand_fencing(reading.state, index, "peer process is no longer available");
  } else if (signs.join == "pending" || signs.join == "down") {
    node.pending = true;
  } else if (signs.join != "member") {
    demand_fencing(reading.state, index, "peer was in an unknown state");
  }
}

void apply_attributes(model::NodeState& node) {
  const auto flag = [&](const char* name) { return read_bool(node.attributes, name, false); };
  node.standby = node.standby || flag("standby");
  node.maintenance = node.maintenance || flag("maintenance");
}

}  // namespace

void read_transient(Reading& reading, int index, pugi::xml_node state) {
  model::NodeState& node = reading.node(index);
  RuleContext context = reading.rules();
  context.node_attributes = &node.attributes;
  model::Values values;
  read_blocks(state.child("transient_attributes"), "instance_attributes", reading.ids, context,
              values);
  for (const auto& [name, value] : values) {
    if (name.rfind("fail-count-", 0) == 0) {
      node.fail_counts[name.substr(11)] = parse_score(value);
    } else if (name.rfind("last-failure-", 0) == 0) {
      node.last_failures[name.substr(13)] = std::strtoll(value.c_str(), nullptr, 10);
    }
    node.attributes[name] = value;
  }
  read_blocks(state.child("transient_attributes"), "utilization", reading.ids, context,
              node.utilization);
}

/// A guest is fenced by the recovery of its container.
void fail_container(model::ClusterState& state, int index, model::NodeState& guest) {
  model::Resource& container = state.resources[static_cast<std::size_t>(index)];
  if (!container.failed && container.managed) {
    guest.remote_requires_reset = true;
    container.failed = container.stop_if_failed = true;
  }
}

void demand_fencing(model::ClusterState& state, int index, const std::string& reason) {
  model::NodeState& node = state.nodes[static_cast<std::size_t>(index)];
  if (node.remote_resource >= 0) {
    model::Resource& connection = state.resources[static_cast<std::size_t>(node.remote_resource)];
    if (connection.container_index >= 0) {
      fail_container(state, connection.container_index, node);
      return;
    }
    if (connection.removed_filler) {
      connection.failed = connection.stop_if_failed = true;  // its guest is gone already
      return;
    }
    node.remote_requires_reset = node.remote_requires_reset || connection.managed;
  }
  node.unclean = true;
  if (node.fence_reason.empty()) {
    node.fence_reason = reason;
    int newest = -1;
    for (const model::NodeState& other : state.nodes) {
      newest = std::max(newest, other.fence_order);
    }
    node.fence_order = newest + 1;
  }
}

int node_of_state(const Reading& reading, pugi::xml_node state) {
  const std::string id = attr(state, "id");
  const int named = id.empty() ? -1 : reading.state.find_node(attr(state, "uname"));
  return id.empty() || named >= 0 ? named : reading.state.find_node(id);
}

void read_node_states(Reading& reading) {
  const bool fencing = reading.state.options.fencing_enabled;
  for (const pugi::xml_node state : reading.cib.child("status").children("node_state")) {
    const int index = node_of_state(reading, state);
    if (index < 0) {
      continue;
    }
    model::NodeState& node = reading.node(index);
    if (node.type == model::NodeType::remote) {
      // The rest follows from the connection's history.
      node.remote_was_fenced = parse_int(attr(state, "node_fenced"), 0) > 0;
      continue;
    }
    read_transient(reading, index, state);
    node.unseen = false;
    node.unclean = false;
    apply_attributes(node);
    Signs signs;
    bool process_seen = false;
    signs.member = membership_flag(attr(state, "in_ccm"), &signs.seen, &signs.member_since);
    signs.process = membership_flag(attr(state, "crmd"), &process_seen, &signs.process_since);
    signs.join = attr(state, "join");
    signs.expected = state.attribute("expected") ? attr(state, "expected") : "down";
    const auto shutdown = node.attributes.find("shutdown");
    node.shutdown = shutdown != node.attributes.end() && shutdown->second != "0";
    node.expected_up = !node.shutdown && signs.expected == "member";
    if (fencing) {
      judge_with_fencing(reading, index, signs);
    } else {
      judge_without_fencing(reading, index, signs);
    }
  }
}

}  // namespace mainstay::scheduler
