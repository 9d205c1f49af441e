// SPDX-License-Identifier: Apache-2.0
// Constraints that ban and move make, and their removal.
#include <pugixml.hpp>

#include "core/ctl/cib_index.h"
#include "core/ctl/constraint_plan.h"

namespace mainstay::ctl {

void create_constraint(Plan& plan, const char* tag,
                       const std::vector<std::pair<std::string, std::string>>& attributes) {
  pugi::xml_document scratch;
  pugi::xml_node element = scratch.append_child(tag);
  for (const auto& [name, value] : attributes) {
    element.append_attribute(name.c_str()) = value.c_str();
  }
  cib::Edit edit;
  edit.path = "/cib/configuration/constraints";
  edit.xml = xml_text(element);
  plan.change.push_back(edit);
}

Result<Plan> plan_ban(const cib::Document& cib, const std::string& resource,
                      const std::string& node) {
  const pugi::xml_node found = find_resource(cib, resource);
  if (!found) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + resource + "' does not exist");
  }
  if (!find_node(cib, node)) {
    return no_such_node(node);
  }
  const std::string id = "cli-ban-" + resource + "-on-" + node;
  Plan plan;
  if (const pugi::xml_node old = find_by_id(cib, id)) {
    remove_element(plan.change, old);
  }
  create_constraint(
      plan, "rsc_location",
      {{"id", id}, {"rsc", resource}, {"role", "Started"}, {"node", node}, {"score", "-INFINITY"}});
  plan.warnings.push_back("Creating location constraint '" + id +
                          "' with a score of -INFINITY for resource " + resource + " on " + node +
                          ".\n\tThis will prevent " + resource + " from running on " + node +
                          " until the constraint is removed\n\tThis will be the case even if " +
                          node + " is the last node in the cluster");
  return plan;
}

Result<Plan> plan_prefer(const cib::Document& cib, const std::string& resource,
                         const std::string& node) {
  if (!find_resource(cib, resource)) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + resource + "' does not exist");
  }
  if (!find_node(cib, node)) {
    return no_such_node(node);
  }
  const std::string id = "cli-prefer-" + resource;
  Plan plan;
  if (const pugi::xml_node old = find_by_id(cib, id)) {
    remove_element(plan.change, old);
  }
  create_constraint(
      plan, "rsc_location",
      {{"id", id}, {"rsc", resource}, {"role", "Started"}, {"node", node}, {"score", "INFINITY"}});
  return plan;
}

Result<Plan> plan_clear(const cib::Document& cib, const std::string& resource,
                        const std::string& node) {
  if (!find_resource(cib, resource)) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + resource + "' does not exist");
  }
  Plan plan;
  for (const pugi::xml_node constraint : section(cib, "constraints").children("rsc_location")) {
    const std::string id = constraint.attribute("id").value();
    const bool ours =
        id == "cli-prefer-" + resource || id.rfind("cli-ban-" + resource + "-on-", 0) == 0;
    if (ours && (node.empty() || node == constraint.attribute("node").value())) {
      remove_element(plan.change, constraint);
      plan.messages.push_back("Removing constraint: " + id);
    }
  }
  return plan;
}

}  // namespace mainstay::ctl
