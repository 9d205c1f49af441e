// SPDX-License-Identifier: Apache-2.0
// What follows from a resource's state on a node once all entries are read: fencing where something
// is thought active on a lost node, stops of failed resources, bans, and the rules for unmanaged
// and multiply active ones.
#include <algorithm>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryDemand;
using model::HistoryEntry;
using model::OnFail;
using model::Resource;
using model::Role;
using model::Variant;

/// The newest entry of a task on a node, for migrations.
const HistoryEntry* newest(const std::vector<HistoryEntry>& entries, const std::string& task) {
  const HistoryEntry* found = nullptr;
  for (const HistoryEntry& entry : entries) {
    if (entry.task == task) {
      found = &entry;
    }
  }
  return found;
}

pugi::xml_node raw_history(const Reading& reading, int node, const Resource& resource) {
  const std::string& name = reading.state.nodes[static_cast<std::size_t>(node)].name;
  for (const pugi::xml_node state : reading.cib.child("status").children("node_state")) {
    if (attr(state, "uname") != name) {
      continue;
    }
    for (const pugi::xml_node xml :
         state.child("lrm").child("lrm_resources").children("lrm_resource")) {
      if (attr(xml, "id") == resource.id || attr(xml, "id") == resource.base) {
        return xml;
      }
    }
  }
  return {};
}

struct RawOperation {
  bool found = false;
  int call = -1;
  int rc = -1;
  int status = -1;
};

RawOperation newest_raw(pugi::xml_node history, const std::string& task,
                        const std::string& source = "") {
  RawOperation result;
  for (const pugi::xml_node op : history.children("lrm_rsc_op")) {
    const int call = parse_int(attr(op, "call-id"), -1);
    if (attr(op, "operation") == task && (source.empty() || attr(op, "migrate_source") == source) &&
        (!result.found || call > result.call)) {
      result = {true, call, parse_int(attr(op, "rc-code"), -1),
                parse_int(attr(op, "op-status"), -1)};
    }
  }
  return result;
}

bool newer_state(pugi::xml_node history, int call) {
  return newest_raw(history, "start").call > call || newest_raw(history, "stop").call > call ||
         newest_raw(history, "migrate_from").call > call;
}

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

void stop_needed_containers(Reading& reading) {
  for (const int container : reading.containers_to_stop) {
    const auto& nodes = reading.resource(container).running_on;
    if (!nodes.empty()) {
      reading.state.demands.push_back(
          {HistoryDemand::Kind::stop, container, nodes.front(), "restart container"});
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
    if (reading.node(node).maintenance) {
      resource.managed = false;
      resource.maintenance = true;
    }
  }
  if (!resource.managed) {
    add_location(reading.state, index, node, model::kInfinity, "not_managed_active");
    for (int p = resource.parent; p >= 0; p = reading.resource(p).parent) {
      reading.resource(p).running_on.push_back(node);
    }
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

void HistoryReading::take_migration_success(const HistoryEntry& entry) {
  Resource& r = resource();
  const int target = reading_.state.find_node(entry.migrate_target);
  const int source = node_;
  const HistoryEntry* newest_start = newest(*entries_, "start");
  const HistoryEntry* newest_stop = newest(*entries_, "stop");
  if ((newest_start != nullptr && newest_start->call_id > entry.call_id) ||
      (newest_stop != nullptr && newest_stop->call_id > entry.call_id)) {
    return;
  }
  if (target < 0) {
    return;
  }
  const pugi::xml_node there = raw_history(reading_, target, r);
  const RawOperation from = newest_raw(there, "migrate_from", reading_.node(source).name);
  if (from.found && from.rc == 0 && from.status == 0) {
    r.role = Role::stopped;
    r.dangling_migrations.push_back(source);
    return;
  }
  const model::NodeState& host = reading_.node(target);
  const bool target_changed =
      from.found && newer_state(there, from.call) && newest_raw(there, "stop").call > from.call;
  if (target_changed) {
    r.role = Role::stopped;
    return;
  }
  set_active();
  if (from.found && from.rc != 193) {
    if (host.online) {
      add_running(reading_, index_, target);
    }
    return;
  }
  if (host.online) {
    r.partial_migration_target = target;
    r.partial_migration_source = source;
    add_running(reading_, index_, target);
  } else {
    r.failed = true;
    r.stop_if_failed = true;
  }
}

void HistoryReading::take_migration_failure(const HistoryEntry& entry) {
  Resource& r = resource();
  set_active();
  const bool to = entry.task == "migrate_to";
  const int other = reading_.state.find_node(to ? entry.migrate_target : entry.migrate_source);
  if (other < 0) {
    return;
  }
  const pugi::xml_node there = raw_history(reading_, other, r);
  const RawOperation stop = newest_raw(there, "stop");
  const RawOperation move = newest_raw(there, to ? "migrate_from" : "migrate_to");
  if (stop.found && stop.call > move.call) {
    return;
  }
  if (reading_.node(other).online) {
    if (to && !move.found) {
      r.dangling_migrations.push_back(node_);
    }
    add_running(reading_, index_, other);
  }
}

void HistoryReading::restart_container(bool active) {
  Resource& r = resource();
  r.failed = true;
  r.stop_if_failed = true;
  if (r.container_index >= 0 && r.container_nested) {
    reading_.containers_to_stop.push_back(r.container_index);
  } else if (r.container_index >= 0) {
    reading_.state.demands.push_back(
        {HistoryDemand::Kind::stop, r.container_index, node_, "restart container"});
  } else if (active) {
    demand(HistoryDemand::Kind::stop, "");
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
    demand(HistoryDemand::Kind::stop, "");
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
  const bool guest = connection >= 0 && reading_.resource(connection).container_index >= 0;
  std::string reason = r.id + " is thought to be active there";
  if (guest) {
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
        demand(HistoryDemand::Kind::stop, "");
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

void HistoryReading::finish() {
  const Role role = resource().role;
  if (role != Role::unknown) {
    for (int at = index_; at >= 0; at = reading_.resource(at).parent) {
      reading_.resource(at).known_on[static_cast<std::size_t>(node_)] = 1;
      if (reading_.resource(at).unique) {
        break;
      }
    }
  }
  const model::NodeState& node = reading_.node(node_);
  if (role > Role::stopped && !node.online && !node.maintenance && resource().managed) {
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
    add_running(reading_, index_, node_, recorded != OnFail::ignore);
    Resource& now = resource();
    if (on_fail_ == OnFail::demote || on_fail_ == OnFail::block) {
      now.failed = true;
    } else if (on_fail_ != OnFail::ignore) {
      now.failed = true;
      now.stop_if_failed = true;
    }
  } else if (r.history_id.find(':') != std::string::npos) {
    r.history_id.clear();  // instance numbers of old histories, while stopped
  } else {
    for (HistoryDemand& known : reading_.state.demands) {
      if (known.kind == HistoryDemand::Kind::stop && known.resource == index_ &&
          known.node == node_) {
        known.optional = true;
      }
    }
  }
  if (r.role == Role::stopped && r.partial_migration_source == node_ &&
      r.partial_migration_target >= 0) {
    r.role = Role::started;
  }
}

}  // namespace mainstay::scheduler
