// SPDX-License-Identifier: Apache-2.0
// `status --json`. Names only ever get added.
#include <nlohmann/json.hpp>

#include "core/ctl/status_view.h"
#include "core/report/status_text.h"

namespace mainstay::ctl {
namespace {

using Json = nlohmann::ordered_json;

const char* variant_text(model::Variant variant) {
  switch (variant) {
    case model::Variant::primitive:
      return "primitive";
    case model::Variant::group:
      return "group";
    case model::Variant::clone:
      return "clone";
    case model::Variant::bundle:
      return "bundle";
  }
  return "unknown";
}

Json node_names(const model::ClusterState& state, const std::vector<int>& indices) {
  Json names = Json::array();
  for (const int index : indices) {
    names.push_back(state.nodes[static_cast<std::size_t>(index)].name);
  }
  return names;
}

Json resource_json(const model::ClusterState& state, int index) {
  const model::Resource& resource = state.resources[static_cast<std::size_t>(index)];
  Json json = {{"id", resource.id},
               {"kind", variant_text(resource.variant)},
               {"role", model::role_text(resource.role)},
               {"nodes", node_names(state, resource.running_on)},
               {"managed", resource.managed},
               {"failed", resource.failed},
               {"blocked", resource.blocked},
               {"orphan", resource.removed},
               {"maintenance", resource.maintenance}};
  if (resource.variant == model::Variant::primitive) {
    json["agent"] = resource.agent.text();
    if (!resource.pending_task.empty()) {
      json["pending"] = resource.pending_task;
    }
  }
  const auto target = resource.meta.find("target-role");
  if (target != resource.meta.end()) {
    json["target_role"] = target->second;
  }
  if (!resource.children.empty()) {
    json["children"] = Json::array();
    for (const int child : resource.children) {
      json["children"].push_back(resource_json(state, child));
    }
  }
  return json;
}

Json node_json(const model::ClusterState& state, const model::NodeState& node,
               const std::string& dc) {
  Json fail_counts = Json::object();
  for (const auto& [key, count] : node.fail_counts) {
    fail_counts[key] = count;
  }
  Json running = Json::array();
  for (const int index : node.running) {
    running.push_back(state.resources[static_cast<std::size_t>(index)].id);
  }
  return {{"id", node.id},
          {"name", node.name},
          {"online", node.online},
          {"pending", node.pending},
          {"unclean", node.unclean},
          {"standby", node.standby},
          {"maintenance", node.maintenance},
          {"shutdown", node.shutdown},
          {"dc", node.name == dc},
          {"resources", running},
          {"fail_counts", fail_counts}};
}

Json failures_json(const model::ClusterState& state) {
  Json failures = Json::array();
  for (const model::FailedOperation& failed : state.failed_operations) {
    failures.push_back({{"resource", state.resources[static_cast<std::size_t>(failed.resource)].id},
                        {"node", state.nodes[static_cast<std::size_t>(failed.node)].name},
                        {"operation", failed.task},
                        {"interval_ms", failed.interval.count()},
                        {"rc", failed.rc},
                        {"rc_text", report::exit_code_text(failed.rc)},
                        {"status", report::status_code_text(failed.status)},
                        {"exit_reason", failed.exit_reason},
                        {"call_id", failed.call_id},
                        {"last_rc_change", failed.last_change}});
  }
  return failures;
}

}  // namespace

std::string status_json(const StatusView& view) {
  Json json = {{"cluster",
                {{"name", view.cluster_name},
                 {"stack", view.cluster.membership},
                 {"local_node", view.cluster.self.name},
                 {"connected", view.cluster.connected},
                 {"synced", view.cluster.synced},
                 {"dc", view.cluster.dc},
                 {"version", view.cluster.daemon_version},
                 {"quorate", view.cluster.view.quorate},
                 {"ring_seq", view.cluster.view.ring_seq},
                 {"idle", view.cluster.idle},
                 {"cib_version", view.version},
                 {"last_updated", local_time(view.state.now)},
                 {"last_change", view.last_change.text()},
                 {"fencing_enabled", view.state.options.fencing_enabled},
                 {"maintenance_mode", view.state.options.maintenance_mode}}},
               {"nodes", Json::array()},
               {"resources", Json::array()},
               {"failures", failures_json(view.state)},
               {"in_flight", view.cluster.in_flight},
               {"blocked", view.cluster.blocked},
               {"notices", view.cluster.notices},
               {"daemons", Json::array()}};
  for (const model::NodeState& node : view.state.nodes) {
    json["nodes"].push_back(node_json(view.state, node, view.cluster.dc));
  }
  for (const int index : view.state.top_level) {
    json["resources"].push_back(resource_json(view.state, index));
  }
  for (const DaemonState& daemon : view.daemons) {
    json["daemons"].push_back(
        {{"name", daemon.name}, {"active", daemon.active}, {"enabled", daemon.enabled}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mainstay::ctl
