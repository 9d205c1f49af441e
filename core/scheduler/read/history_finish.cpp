// SPDX-License-Identifier: Apache-2.0
// What follows from a resource's state on a node once all entries are read: fencing where something
// is thought active on a lost node, stops of failed resources, bans, and the rules for unmanaged
// and multiply active ones.
#include <algorithm>

#include "core/scheduler/read/fenceable.h"
#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryDemand;
using model::OnFail;
using model::Resource;
using model::Role;
using model::Variant;

int count_active(const Reading& reading, const Resource& resource, bool clean_only) {
  return static_cast<int>(
      std::count_if(resource.running_on.begin(), resource.running_on.end(), [&](int n) {
        const model::NodeState& node = reading.state.nodes[static_cast<std::size_t>(n)];
        return !clean_only || (node.online && !node.unclean);
      }));
}

void block_with_siblings(Reading& reading, int index) {
  Resource& resource = reading.resource(index);
  resource.managed = false;
  resource.blocked = true;
  if (resource.parent < 0) {
    return;
  }
  const Resource& parent = reading.resource(resource.parent);
  if (parent.variant == Variant::group && parent.multiple_active == model::MultipleActive::block) {
    for (const int sibling : parent.children) {
      reading.resource(sibling).managed = false;
      reading.resource(sibling).blocked = true;
    }
  }
}

}  // namespace

void demand_stop(Reading& reading, int resource, int node, const std::string& reason) {
  const model::NodeState& where = reading.node(node);
  if (!where.online && !where.unclean && !is_guest(reading.state, node) &&
      reading.resource(resource).managed) {
    demand_fencing(reading.state, node, "stop is unrunnable");
  }
  demand(reading.state, {HistoryDemand::Kind::stop, resource, node, reason});
}

void stop_needed_containers(Reading& reading) {
  for (const int container : reading.containers_to_stop) {
    const auto& nodes = reading.resource(container).running_on;
    if (!nodes.empty()) {
      demand_stop(reading, container, nodes.front(), "restart container");
    }
  }
}

void add_running(Reading& reading, int index, int node, bool failed) {
  Resource& resource = reading.resource(index);
  auto& running = resource.running_on;
  if (std::find(running.begin(), running.end(), node) != running.end()) {
    return;
  }
  running.push_back(node);
  if (resource.variant == Variant::primitive) {
    reading.node(node).running.push_back(index);
  }
  if (stays_unmanaged(reading, index, node)) {
    return;
  }
  const bool clean_only = resource.requirement < model::Requires::fencing;
  if (resource.variant == Variant::primitive && count_active(reading, resource, clean_only) > 1) {
    if (resource.multiple_active == model::MultipleActive::stop_only) {
      add_location(reading.state, index, -1, -model::kInfinity, "multiple-active=stop_only");
    } else if (resource.multiple_active == model::MultipleActive::block) {
      block_with_siblings(reading, index);
    }
  }
  if (reading.resource(index).parent >= 0) {
    add_running(reading, reading.resource(index).parent, node, failed);
  }
}

void HistoryReading::restart_container(bool active) {
  Resource& r = resource();
  r.failed = true;
  r.stop_if_failed = true;
  if (r.container_index >= 0 && r.container_nested) {
    reading_.containers_to_stop.push_back(r.container_index);
  } else if (r.container_index >= 0) {
    demand_stop(reading_, r.container_index, node_, "restart container");
  } else if (active) {
    demand_stop(reading_, index_, node_, "");
  }
}

void HistoryReading::reset_remote(bool active) {
  Resource& r = resource();
  r.failed = true;
  r.stop_if_failed = true;
  const bool guest = r.container_index >= 0;
  if (reading_.state.options.fencing_enabled && r.remote_node >= 0 && !guest &&
      !reading_.node(r.remote_node).remote_was_fenced) {
    demand_fencing(reading_.state, r.remote_node, "remote connection is unrecoverable");
  }
  if (active) {
    demand_stop(reading_, index_, node_, "");
  }
  if (r.remote_reconnect > Duration(0)) {
    r.next_role = Role::stopped;
  }
}

/// A managed resource on a node that is down: the node must be known to be dead.
void HistoryReading::fence_lost_node() {
  model::NodeState& node = reading_.node(node_);
  Resource& r = resource();
  const int connection = node.remote_resource;
  std::string reason = r.id + " is thought to be active there";
  if (is_guest(reading_.state, node_)) {
    r.failed = true;
    r.stop_if_failed = true;
  } else if (!reading_.state.options.fencing_enabled) {
    return;
  } else if (connection >= 0 && !reading_.resource(connection).failed) {
    // Only if the connection will not start elsewhere.
    node.unseen = true;
    reason = r.id +
             " is active there (fencing will be revoked if remote connection can be "
             "re-established elsewhere)";
  }
  demand_fencing(reading_.state, node_, reason);
}

void HistoryReading::apply_failure() {
  Resource& r = resource();
  auto& state = reading_.state;
  const bool active = r.role != Role::stopped && r.role != Role::unknown;
  switch (on_fail_) {
    case OnFail::ignore:
      break;
    case OnFail::demote:
      r.failed = true;
      demand(HistoryDemand::Kind::demote, "");
      break;
    case OnFail::fence:
      demand_fencing(reading_.state, node_, r.id + " failed there");
      break;
    case OnFail::standby:
      reading_.node(node_).standby = true;
      reading_.node(node_).standby_on_fail = true;
      break;
    case OnFail::block:
      r.managed = false;
      r.blocked = true;
      break;
    case OnFail::ban:
      add_location(state, index_, node_, -model::kInfinity, "__action_migration_auto__");
      break;
    case OnFail::stop:
      r.next_role = Role::stopped;
      break;
    case OnFail::restart:
      if (active) {
        r.failed = true;
        r.stop_if_failed = true;
        demand_stop(reading_, index_, node_, "");
      }
      break;
    case OnFail::restart_container:
      restart_container(active);
      break;
    case OnFail::reset_remote:
      reset_remote(active);
      break;
  }
}

void HistoryReading::know_here() {
  if (resource().role == Role::unknown) {
    return;
  }
  for (int at = index_; at >= 0; at = reading_.resource(at).parent) {
    reading_.resource(at).known_on[static_cast<std::size_t>(node_)] = 1;
    if (reading_.resource(at).unique) {
      break;
    }
  }
}

void HistoryReading::take_as_active(OnFail recorded) {
  add_running(reading_, index_, node_, recorded != OnFail::ignore);
  Resource& r = resource();
  if (on_fail_ != OnFail::ignore) {
    r.failed = true;
    r.stop_if_failed =
        r.stop_if_failed || (on_fail_ != OnFail::demote && on_fail_ != OnFail::block);
  }
}

void HistoryReading::finish() {
  know_here();
  const model::NodeState& node = reading_.node(node_);
  if (resource().role > Role::stopped && !node.online && !node.maintenance && resource().managed) {
    fence_lost_node();
  }
  const OnFail recorded = on_fail_;
  if (node.unclean) {
    on_fail_ = OnFail::ignore;
  }
  apply_failure();
  Resource& r = resource();
  if (r.failed && r.remote_node >= 0 && reading_.node(r.remote_node).unclean) {
    reading_.node(r.remote_node).unseen = false;
  }
  if (r.role != Role::stopped && r.role != Role::unknown) {
    take_as_active(recorded);
  } else if (r.history_id.find(':') != std::string::npos) {
    r.history_id.clear();  // instance numbers of old histories, while stopped
  } else {
    for (HistoryDemand& known : reading_.state.demands) {
      known.optional = known.optional || (known.kind == HistoryDemand::Kind::stop &&
                                          known.resource == index_ && known.node == node_);
    }
  }
  if (r.role == Role::stopped && r.partial_migration_source == node_ &&
      r.partial_migration_target >= 0) {
    r.role = Role::started;
  }
}

}  // namespace mainstay::scheduler
