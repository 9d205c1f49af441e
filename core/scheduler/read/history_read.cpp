// SPDX-License-Identifier: Apache-2.0
// Reads lrm_resource histories and attaches each to a resource. An unknown name is a resource that
// was removed from the configuration.
#include <algorithm>

#include "core/scheduler/read/history.h"

namespace mainstay::scheduler {
namespace {

using model::HistoryEntry;
using model::Resource;

bool earlier(const HistoryEntry& a, const HistoryEntry& b) {
  if (a.call_id == b.call_id) {
    return a.call_id >= 0 && a.last_change < b.last_change && a.last_change > 0;
  }
  if (a.call_id < 0 || b.call_id < 0) {
    return b.call_id < 0;
  }
  return a.call_id < b.call_id;
}

/// Who asked for an operation, and in which of its transitions; -1 is a shutdown, the last there
/// is.
struct Origin {
  std::string_view controller;
  int transition = -1;
};

/// From "STATUS:RC;ACTION:TRANSITION:EXPECTED:CONTROLLER".
Origin origin_of(const HistoryEntry& entry) {
  Origin origin;
  constexpr std::size_t kNone = std::string_view::npos;
  const std::size_t action = entry.magic.find(';');
  const std::size_t number = action == kNone ? action : entry.magic.find(':', action);
  const std::size_t rc = number == kNone ? number : entry.magic.find(':', number + 1);
  const std::size_t who = rc == kNone ? rc : entry.magic.find(':', rc + 1);
  if (who != kNone) {
    origin.transition = parse_int(entry.magic.substr(number + 1, rc - number - 1), -1);
    origin.controller = entry.magic.substr(who + 1);
  }
  return origin;
}

/// What is pending is the newest, unless the same controller has gone on to later transitions.
void place_pending(std::vector<HistoryEntry>& entries) {
  for (auto pending = entries.begin(); pending != entries.end(); ++pending) {
    if (pending->call_id >= 0) {
      continue;
    }
    const Origin origin = origin_of(*pending);
    const auto later = std::find_if(entries.begin(), pending, [&](const HistoryEntry& entry) {
      const Origin other = origin_of(entry);
      return origin.transition >= 0 && entry.call_id >= 0 &&
             other.controller == origin.controller &&
             (other.transition < 0 || other.transition > origin.transition);
    });
    std::rotate(later, pending, std::next(pending));
  }
}

int removed_resource(Reading& reading, const model::HistoryResource& history) {
  const int index = add_removed_resource(
      reading, std::string(history.id),
      {std::string(history.standard), std::string(history.provider), std::string(history.type)});
  reading.resource(index).removed_filler = !history.container.empty();
  link_connection(reading, index);
  if (reading.resource(index).remote_node >= 0) {
    reading.node(reading.resource(index).remote_node).shutdown = true;
  }
  if (!reading.state.options.stop_removed_resources) {
    reading.resource(index).managed = false;
    return index;
  }
  add_location(reading.state, index, -1, -model::kInfinity, "__removed_do_not_run__");
  for (int n = 0; n < reading.node_count(); ++n) {
    if (reading.node(n).online && effective_fail_count(reading.state, index, n) > 0) {
      reading.state.demands.push_back(
          {model::HistoryDemand::Kind::clear_failcount, index, n, "it is removed"});
    }
  }
  return index;
}

void read_lrm_resource(Reading& reading, pugi::xml_node xml, int node) {
  model::HistoryResource history;
  history.id = attr_view(xml, "id");
  history.standard = attr_view(xml, "class");
  history.provider = attr_view(xml, "provider");
  history.type = attr_view(xml, "type");
  history.container = attr_view(xml, "container");
  const auto operations = xml.children("lrm_rsc_op");
  history.entries.reserve(
      static_cast<std::size_t>(std::distance(operations.begin(), operations.end())));
  for (const pugi::xml_node op : operations) {
    history.entries.push_back(read_entry(op));
  }
  if (history.entries.empty() &&
      (!reading.state.options.shutdown_lock || attr(xml, "shutdown-lock").empty())) {
    return;
  }
  if (history.entries.size() > 1) {
    std::reverse(history.entries.begin(), history.entries.end());  // of equals the last goes first
    std::stable_sort(history.entries.begin(), history.entries.end(), earlier);
  }
  place_pending(history.entries);
  int index = find_for_history(reading, history.id, node);
  if (index < 0) {
    if (history.entries.empty()) {
      return;
    }
    index = removed_resource(reading, history);
  }
  const std::string lock = attr(xml, "shutdown-lock");
  if (!lock.empty() && reading.state.options.shutdown_lock) {
    const std::int64_t since = std::strtoll(lock.c_str(), nullptr, 10);
    const std::int64_t limit = reading.state.options.shutdown_lock_limit.count() / 1000;
    if (since > 0 && limit > 0 && reading.now_seconds() > since + limit) {
      reading.state.demands.push_back(
          {model::HistoryDemand::Kind::clear_history, index, node, "shutdown lock expired"});
    } else if (since > 0) {
      reading.resource(index).lock_node = node;
      reading.resource(index).lock_time = since;
    }
  }
  if (reading.resource(index).id != history.id) {
    reading.resource(index).history_id = history.id;
  }
  history.resources.push_back(index);
  auto& known = reading.node(node).history;
  known.push_back(std::move(history));
  HistoryReading(reading, index, node).run(known.back().entries);
}

/// What lived in a container that is still there is part of it, though it was removed.
void link_removed_fillers(Reading& reading, int node) {
  for (const model::HistoryResource& history : reading.node(node).history) {
    for (const int index : history.resources) {
      Resource& resource = reading.resource(index);
      const auto container = reading.resource_by_id.find(history.container);
      if (resource.removed_filler && resource.container_index < 0 &&
          container != reading.resource_by_id.end()) {
        resource.container_index = container->second;
        reading.resource(container->second).fillers.push_back(index);
      }
    }
  }
}

void read_node_history(Reading& reading, pugi::xml_node state, int node) {
  reading.node(node).history_known = true;
  for (const pugi::xml_node xml :
       state.child("lrm").child("lrm_resources").children("lrm_resource")) {
    read_lrm_resource(reading, xml, node);
  }
  link_removed_fillers(reading, node);
}

/// Whether what is known so far tells how to take this node's history.
bool is_ready(const Reading& reading, const model::NodeState& node) {
  const auto& options = reading.state.options;
  if (node.remote_resource >= 0) {
    const Resource& connection =
        reading.state.resources[static_cast<std::size_t>(node.remote_resource)];
    if (connection.container_index >= 0) {
      const Resource& container =
          reading.state.resources[static_cast<std::size_t>(connection.container_index)];
      return connection.role == model::Role::started && container.role == model::Role::started;
    }
    return options.shutdown_lock || connection.role == model::Role::started;
  }
  if (node.type == model::NodeType::remote) {
    return false;
  }
  // Without fencing, instances are numbered by the nodes that are online alone.
  return options.fencing_enabled || options.shutdown_lock || node.online;
}

/// One walk over the status section; true if a history was read, on which others may depend.
bool read_ready_histories(Reading& reading, bool all) {
  bool progress = false;
  for (const pugi::xml_node state : reading.cib.child("status").children("node_state")) {
    const int index = node_of_state(reading, state);
    if (index < 0 || reading.node(index).history_known ||
        (!all && !is_ready(reading, reading.node(index)))) {
      continue;
    }
    if (reading.node(index).type == model::NodeType::remote) {
      judge_remote_node(reading, index);
      read_remote_state(reading, index, state);
    }
    read_node_history(reading, state, index);
    progress = true;
  }
  return progress;
}

/// A lock on what runs meanwhile is void, and so is the history that says so.
void forget_broken_locks(Reading& reading) {
  for (int index = 0; index < static_cast<int>(reading.state.resources.size()); ++index) {
    const Resource& resource = reading.resource(index);
    if (resource.lock_node >= 0 && !resource.running_on.empty() &&
        may_be_locked(reading.state, index)) {
      reading.state.demands.push_back({model::HistoryDemand::Kind::clear_history, index,
                                       resource.lock_node, "it runs already"});
    }
  }
}

}  // namespace

bool may_be_locked(const model::ClusterState& state, int index) {
  const Resource& resource = state.resources[static_cast<std::size_t>(index)];
  const int parent = resource.parent;
  const auto in_plain_group = [&] {
    const Resource& around = state.resources[static_cast<std::size_t>(parent)];
    return around.variant == model::Variant::group && around.parent < 0;
  };
  return resource.variant == model::Variant::primitive && resource.agent.standard != "stonith" &&
         !resource.is_remote && (parent < 0 || in_plain_group());
}

void read_histories(Reading& reading) {
  while (read_ready_histories(reading, false)) {
  }
  if (reading.state.options.fencing_enabled) {
    read_ready_histories(reading, true);
  }
  stop_needed_containers(reading);
  forget_broken_locks(reading);
  for (int index = 0; index < reading.node_count(); ++index) {
    model::NodeState& node = reading.node(index);
    if (node.type != model::NodeType::remote) {
      continue;
    }
    if (node.shutdown && node.remote_resource >= 0) {
      reading.resource(node.remote_resource).next_role = model::Role::stopped;
    }
    if (!node.history_known) {
      judge_remote_node(reading, index);
    }
  }
}

void add_location(model::ClusterState& state, int resource, int node, int score,
                  const std::string& why) {
  model::LocationConstraint location;
  location.id = why;
  location.resource = resource;
  if (node >= 0) {
    location.nodes.emplace_back(node, score);
  } else {
    for (int n = 0; n < static_cast<int>(state.nodes.size()); ++n) {
      location.nodes.emplace_back(n, score);
    }
  }
  state.history_locations.push_back(std::move(location));
}

}  // namespace mainstay::scheduler
