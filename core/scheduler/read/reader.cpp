// SPDX-License-Identifier: Apache-2.0
// The order of reading: options, nodes, resources, status, then constraints (their rules look at
// node attributes of the status).
#include "core/scheduler/read/reader.h"

#include <algorithm>
#include <cctype>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

/// Natural order: case is ignored, runs of digits compare as numbers.
bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t x = i;
      std::size_t y = j;
      while (x < a.size() && digit(a[x])) {
        ++x;
      }
      while (y < b.size() && digit(b[y])) {
        ++y;
      }
      const std::string left = a.substr(i, x - i);
      const std::string right = b.substr(j, y - j);
      const auto strip = [](const std::string& s) {
        return s.substr(std::min(s.find_first_not_of('0'), s.size() - 1));
      };
      const std::string p = strip(left);
      const std::string q = strip(right);
      if (p != q) {
        return p.size() != q.size() ? p.size() < q.size() : p < q;
      }
      i = x;
      j = y;
      continue;
    }
    const int p = std::tolower(static_cast<unsigned char>(a[i]));
    const int q = std::tolower(static_cast<unsigned char>(b[j]));
    if (p != q) {
      return p < q;
    }
    ++i;
    ++j;
  }
  return a.size() - i < b.size() - j;
}

model::QuorumPolicy read_quorum_policy(const std::string& text, bool fencing, bool allowed) {
  using model::QuorumPolicy;
  if (text == "ignore") {
    return QuorumPolicy::ignore;
  }
  if (text == "freeze") {
    return QuorumPolicy::freeze;
  }
  if (text == "demote") {
    return QuorumPolicy::demote;
  }
  if (text == "suicide" || text == "fence") {
    return fencing && allowed ? QuorumPolicy::fence : QuorumPolicy::stop;
  }
  return QuorumPolicy::stop;
}

}  // namespace

std::optional<WallTime> execution_date(pugi::xml_node cib) {
  const std::string text = attr(cib, "execution-date");
  if (text.empty()) {
    return std::nullopt;
  }
  return WallTime{std::chrono::seconds(std::strtoll(text.c_str(), nullptr, 10))};
}

std::optional<WallTime> parse_time(const std::string& text) {
  const auto seconds = parse_date(text);
  return seconds ? std::optional(WallTime{std::chrono::seconds(*seconds)}) : std::nullopt;
}

void read_options(Reading& reading) {
  model::Values values;
  read_blocks(reading.configuration().child("crm_config"), "cluster_property_set", reading.ids,
              reading.rules(), values, "cib-bootstrap-options");
  const auto get = [&](const char* name, const char* old) -> std::string {
    auto it = values.find(name);
    if (it == values.end() && *old != 0) {
      it = values.find(old);
    }
    return it == values.end() ? "" : it->second;
  };
  const auto flag = [&](const char* name, const char* old, bool fallback) {
    return parse_bool(get(name, old)).value_or(fallback);
  };
  model::ClusterOptions& options = reading.state.options;
  options.fencing_enabled = flag("fencing-enabled", "stonith-enabled", true);
  options.symmetric = flag("symmetric-cluster", "symmetric_cluster", true);
  options.maintenance_mode = flag("maintenance-mode", "", false);
  options.start_failure_is_fatal = flag("start-failure-is-fatal", "", true);
  options.startup_fencing = flag("startup-fencing", "startup_fencing", true);
  options.stop_all_resources = flag("stop-all-resources", "", false);
  options.stop_removed_resources = flag("stop-removed-resources", "stop-orphan-resources", true);
  options.remove_after_stop = flag("remove-after-stop", "", false);
  options.cancel_removed_actions = flag("cancel-removed-actions", "stop-orphan-actions", true);
  options.concurrent_fencing = flag("concurrent-fencing", "", true);
  options.startup_probes = flag("enable-startup-probes", "", true);
  options.shutdown_lock = flag("shutdown-lock", "", false);
  options.have_watchdog = flag("have-watchdog", "", false);
  options.have_quorum = is_true(attr(reading.cib, "have-quorum"));
  options.quorum_policy =
      read_quorum_policy(get("no-quorum-policy", "no_quorum_policy"), options.fencing_enabled,
                         options.have_quorum || is_true(attr(reading.cib, "no-quorum-panic")));
  options.fencing_timeout =
      parse_duration(get("fencing-timeout", "stonith-timeout")).value_or(options.fencing_timeout);
  const std::string action = get("fencing-action", "stonith-action");
  options.fencing_action = action == "off" || action == "poweroff" ? "off" : "reboot";
  const std::string placement = get("placement-strategy", "");
  options.placement_strategy =
      placement == "utilization" || placement == "minimal" || placement == "balanced" ? placement
                                                                                      : "default";
  options.dc_id = attr(reading.cib, "dc-uuid");
  options.feature_set = attr(reading.cib, "crm_feature_set");
  options.node_pending_timeout =
      parse_duration(get("node-pending-timeout", "")).value_or(Duration(0));
  options.shutdown_lock_limit =
      parse_duration(get("shutdown-lock-limit", "")).value_or(Duration(0));
  options.priority_fencing_delay =
      parse_duration(get("priority-fencing-delay", "")).value_or(Duration(0));
  options.health_strategy = get("node-health-strategy", "");
  options.health_base = parse_score(get("node-health-base", ""));
  options.health_red = parse_score(get("node-health-red", ""), -model::kInfinity);
  options.health_yellow = parse_score(get("node-health-yellow", ""));
  options.health_green = parse_score(get("node-health-green", ""));
  options.cluster_name = get("cluster-name", "");
}

void read_nodes(Reading& reading) {
  for (const pugi::xml_node xml : reading.configuration().child("nodes").children("node")) {
    model::NodeState node;
    node.id = attr(xml, "id");
    node.configured = true;
    node.name = attr(xml, "uname").empty() ? node.id : attr(xml, "uname");
    const std::string type = attr(xml, "type");
    if (type == "remote") {
      node.type = model::NodeType::remote;
    } else {
      node.unclean = reading.state.options.startup_fencing && reading.state.options.fencing_enabled;
    }
    node.base_score = parse_score(attr(xml, "score"));
    node.is_dc = node.id == reading.state.options.dc_id;
    RuleContext context = reading.rules();
    node.attributes["#uname"] = node.name;
    node.attributes["#id"] = node.id;
    node.attributes["#is_dc"] = node.is_dc ? "true" : "false";
    node.attributes["#kind"] = node.type == model::NodeType::remote ? "remote" : "cluster";
    if (!reading.state.options.cluster_name.empty()) {
      node.attributes["#cluster-name"] = reading.state.options.cluster_name;
    }
    context.node_attributes = &node.attributes;
    model::Values values;
    read_blocks(xml, "instance_attributes", reading.ids, context, values);
    node.attributes.insert(values.begin(), values.end());
    read_blocks(xml, "utilization", reading.ids, context, node.utilization);
    reading.state.nodes.push_back(std::move(node));
  }
  add_remote_nodes(reading);
  std::stable_sort(reading.state.nodes.begin(), reading.state.nodes.end(),
                   [](const model::NodeState& a, const model::NodeState& b) {
                     return natural_less(a.name, b.name);
                   });
  for (int i = 0; i < reading.node_count(); ++i) {
    reading.node_by_name[reading.node(i).name] = i;
  }
}

void read_tags_and_tickets(Reading& reading) {
  for (const pugi::xml_node tag : reading.configuration().child("tags").children("tag")) {
    auto& members = reading.state.tags[attr(tag, "id")];
    for (const pugi::xml_node ref : tag.children("obj_ref")) {
      members.push_back(attr(ref, "id"));
    }
  }
  const auto tickets = reading.cib.child("status").child("tickets");
  for (const pugi::xml_node xml : tickets.children("ticket_state")) {
    model::Ticket ticket;
    ticket.id = attr(xml, "id");
    ticket.granted = is_true(attr(xml, "granted"));
    ticket.standby = is_true(attr(xml, "standby"));
    ticket.last_granted = parse_int(attr(xml, "last-granted"), -1);
    reading.state.tickets[ticket.id] = ticket;
  }
  for (const pugi::xml_node xml : tickets.child("instance_attributes").children("nvpair")) {
    const std::string name = attr(xml, "name");
    if (name.rfind("granted-ticket-", 0) == 0) {
      const std::string id = name.substr(15);
      reading.state.tickets[id].id = id;
      reading.state.tickets[id].granted = is_true(attr(xml, "value"));
    }
  }
}

Result<model::ClusterState> read_cluster_state(pugi::xml_node cib, WallTime now) {
  if (!cib || std::string(cib.name()) != "cib") {
    return fail(Errc::invalid_input, "there is no <cib> element");
  }
  Reading reading(cib);
  if (!reading.configuration()) {
    return fail(Errc::invalid_input, "the <cib> element has no <configuration>");
  }
  reading.state.now = now;
  read_options(reading);
  read_nodes(reading);
  read_tags_and_tickets(reading);
  read_resources(reading);
  read_node_states(reading);
  read_histories(reading);
  apply_node_health(reading);
  read_constraints(reading);
  return std::move(reading.state);
}

}  // namespace mainstay::scheduler
