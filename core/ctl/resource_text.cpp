// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/resource_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

#include <pugixml.hpp>

#include "core/cib/status.h"
#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

std::string set_text(const pugi::xml_node& owner, const char* tag, const std::string& heading,
                     const std::string& indent) {
  std::string text;
  for (const pugi::xml_node set : owner.children(tag)) {
    text += fmt::format("{}{}: {}\n", indent, heading, set.attribute("id").value());
    for (const pugi::xml_node pair : set.children("nvpair")) {
      text += fmt::format("{}  {}={}\n", indent, pair.attribute("name").value(),
                          pair.attribute("value").value());
    }
  }
  return text;
}

std::string operations_text(const pugi::xml_node& primitive, const std::string& indent) {
  std::string text;
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    text += fmt::format("{}  {}: {}\n", indent, op.attribute("name").value(),
                        op.attribute("id").value());
    for (const pugi::xml_attribute attribute : op.attributes()) {
      const std::string_view name = attribute.name();
      if (name != "id" && name != "name") {
        text += fmt::format("{}    {}={}\n", indent, name, attribute.value());
      }
    }
    for (const pugi::xml_node pair : op.child("instance_attributes").children("nvpair")) {
      text += fmt::format("{}    {}={}\n", indent, pair.attribute("name").value(),
                          pair.attribute("value").value());
    }
  }
  return text.empty() ? text : indent + "Operations:\n" + text;
}

/// "VIP" for the history of VIP and of its instances "VIP:0", "VIP:1", …
bool is_history_of(const pugi::xml_node& lrm_resource, const std::string& id) {
  const std::string name = lrm_resource.attribute("id").value();
  return name == id || name.starts_with(id + ":");
}

/// Where the agent of a running resource tells of changes by itself, by what the cluster knows.
std::set<std::string> watching_nodes(const pugi::xml_node& status, const std::string& id) {
  std::set<std::string> nodes;
  for (const pugi::xml_node state : status.children("node_state")) {
    for (const pugi::xml_node resource :
         state.child("lrm").child("lrm_resources").children("lrm_resource")) {
      if (is_history_of(resource, id) &&
          resource.find_child_by_attribute("lrm_rsc_op", cib::kWatched, "true")) {
        nodes.insert(state.attribute("uname").value());
      }
    }
  }
  return nodes;
}

/// How failures of a primitive are noticed.
std::string monitoring_text(const pugi::xml_node& primitive, const std::string& indent) {
  std::string intervals;
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    const std::string_view interval = op.attribute("interval").value();
    if (std::string_view(op.attribute("name").value()) == "monitor" && !interval.empty() &&
        interval.find_first_not_of("0s") != std::string_view::npos) {
      intervals += fmt::format("{}{}", intervals.empty() ? "" : ", ", interval);
    }
  }
  if (intervals.empty()) {
    return indent + "Monitoring: none\n";
  }
  const auto nodes = watching_nodes(primitive.root().child("cib").child("status"),
                                    primitive.attribute("id").value());
  if (nodes.empty()) {
    return fmt::format("{}Monitoring: polling every {}\n", indent, intervals);
  }
  return fmt::format("{}Monitoring: events (on {}) and polling every {}\n", indent,
                     fmt::join(nodes, ", "), intervals);
}

std::string element_text(const pugi::xml_node& element, const std::string& indent) {
  const std::string_view kind = element.name();
  const std::string id = element.attribute("id").value();
  const std::string inner = indent + "  ";
  if (kind == "primitive") {
    std::string line =
        fmt::format("{}Resource: {} (class={}", indent, id, element.attribute("class").value());
    if (element.attribute("provider")) {
      line += fmt::format(" provider={}", element.attribute("provider").value());
    }
    line += fmt::format(" type={})\n", element.attribute("type").value());
    return line + set_text(element, "instance_attributes", "Attributes", inner) +
           set_text(element, "meta_attributes", "Meta Attributes", inner) +
           set_text(element, "utilization", "Utilization", inner) +
           operations_text(element, inner) + monitoring_text(element, inner);
  }
  const char* label = kind == "group" ? "Group" : kind == "bundle" ? "Bundle" : "Clone";
  std::string text = fmt::format("{}{}: {}\n", indent, label, id);
  text += set_text(element, "instance_attributes", "Attributes", inner);
  text += set_text(element, "meta_attributes", "Meta Attributes", inner);
  for (const pugi::xml_node child : element.children()) {
    if (is_resource(child)) {
      text += element_text(child, inner);
    }
  }
  return text;
}

}  // namespace

Result<std::string> resource_config_text(const cib::Document& cib, const Words& ids) {
  std::string text;
  for (const std::string& id : ids) {
    const pugi::xml_node found = find_resource(cib, id);
    if (!found) {
      return fail(Errc::not_found, "Unable to find resource '" + id + "'");
    }
    text += element_text(found, "");
  }
  if (ids.empty()) {
    for (const pugi::xml_node element : section(cib, "resources").children()) {
      if (is_resource(element)) {
        text += element_text(element, "");
      }
    }
  }
  return text;
}

std::string defaults_text(const cib::Document& cib, const std::string& tag) {
  std::string text;
  for (const pugi::xml_node set : section(cib, tag.c_str()).children("meta_attributes")) {
    text += fmt::format("Meta Attrs: {}\n", set.attribute("id").value());
    for (const pugi::xml_node pair : set.children("nvpair")) {
      text +=
          fmt::format("  {}={}\n", pair.attribute("name").value(), pair.attribute("value").value());
    }
  }
  return text.empty() ? "No defaults set\n" : text;
}

std::string latency_text(const std::vector<model::MonitorTimes>& times, const Words& resources) {
  std::string text;
  for (const model::MonitorTimes& one : times) {
    const std::string base = one.resource.substr(0, one.resource.find(':'));
    const bool wanted =
        resources.empty() || std::any_of(resources.begin(), resources.end(), [&](const auto& name) {
          return name == base || name == one.resource;
        });
    if (wanted) {
      text += fmt::format(
          "{} {} every {} ms: last {} ms, recently {} ms, usually {} ms, longest {} ms of {} ms "
          "({} "
          "runs)\n",
          one.resource, one.operation, one.interval.count(), one.last.count(), one.recent.count(),
          one.usual.count(), one.longest.count(), one.timeout.count(), one.runs);
    }
  }
  return text.empty() ? "No monitor has run twice on this node\n" : text;
}

}  // namespace mainstay::ctl
