// SPDX-License-Identifier: Apache-2.0
// crm_mon's XML: the summary, and the order of the sections.
#include <fmt/format.h>

#include <algorithm>

#include "core/ctl/crm/mon_view.h"
#include "core/report/status_text.h"
#include "core/report/status_xml.h"

namespace mainstay::ctl::crm {
namespace {

using report::XmlLines;
using report::yes_no;

/// Of the form of the result, not of the program.
constexpr const char* kApiVersion = "2.25";

const char* text_of(model::QuorumPolicy policy) {
  switch (policy) {
    case model::QuorumPolicy::stop:
      return "stop";
    case model::QuorumPolicy::freeze:
      return "freeze";
    case model::QuorumPolicy::ignore:
      return "ignore";
    case model::QuorumPolicy::demote:
      return "demote";
    case model::QuorumPolicy::fence:
      return "suicide";
  }
  return "stop";
}

void add_dc(XmlLines& xml, const StatusView& view) {
  const auto& nodes = view.state.nodes;
  const auto dc = std::find_if(nodes.begin(), nodes.end(),
                               [](const model::NodeState& node) { return node.is_dc; });
  if (dc == nodes.end()) {
    xml.add("current_dc", {{"present", "false"}});
    return;
  }
  xml.add("current_dc", {{"present", "true"},
                         {"version", view.cluster.daemon_version},
                         {"name", dc->name},
                         {"id", dc->id},
                         {"with_quorum", yes_no(view.state.options.have_quorum)},
                         {"mixed_version", "false"}});
}

void add_summary(XmlLines& xml, const StatusView& view) {
  const model::ClusterOptions& options = view.state.options;
  xml.open("summary");
  xml.add("stack", {{"type", view.cluster.membership}});
  add_dc(xml, view);
  xml.add("last_update", {{"time", local_time(view.state.now)}});
  xml.add("last_change", {{"time", view.last_change.at},
                          {"user", view.last_change.by},
                          {"client", view.last_change.via},
                          {"origin", view.last_change.on}});
  xml.add("nodes_configured", {{"number", std::to_string(view.state.nodes.size())}});
  const report::InstanceCounts count = report::count_instances(view.state);
  xml.add("resources_configured", {{"number", std::to_string(count.all)},
                                   {"disabled", std::to_string(count.disabled)},
                                   {"blocked", std::to_string(count.blocked)}});
  xml.add("cluster_options",
          {{"stonith-enabled", yes_no(options.fencing_enabled)},
           {"symmetric-cluster", yes_no(options.symmetric)},
           {"no-quorum-policy", text_of(options.quorum_policy)},
           {"maintenance-mode", yes_no(options.maintenance_mode)},
           {"stop-all-resources", yes_no(options.stop_all_resources)},
           {"stonith-timeout-ms", std::to_string(options.fencing_timeout.count())},
           {"priority-fencing-delay-ms", std::to_string(options.priority_fencing_delay.count())}});
  xml.close();
}

void add_sections(XmlLines& xml, const StatusView& view, const MonOptions& options) {
  add_summary(xml, view);
  report::add_nodes(xml, view.state, options.by_node);
  report::add_resources(xml, view.state, options.by_node);
  report::add_node_attributes(xml, view.state);
  report::add_node_history(xml, view.state);
  report::add_failures(xml, view.state);
  report::add_tickets(xml, view.state);
  report::add_bans(xml, view.state);
}

}  // namespace

std::string mon_xml(const StatusView& view, const MonOptions& options, const std::string& request) {
  XmlLines xml;
  xml.open("pacemaker-result", {{"api-version", kApiVersion}, {"request", request}});
  add_sections(xml, view, options);
  xml.add("status", {{"code", "0"}, {"message", "OK"}});
  xml.close();
  return xml.text();
}

std::string mon_legacy_xml(const StatusView& view, const MonOptions& options) {
  XmlLines xml;
  xml.open("crm_mon", {{"version", "2.1.5"}});
  add_sections(xml, view, options);
  xml.close();
  return xml.text();
}

}  // namespace mainstay::ctl::crm
