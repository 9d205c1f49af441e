// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/resource_edit.h"

#include <algorithm>
#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

std::string id_of(const pugi::xml_node& element) {
  return element.attribute("id").value();
}

std::string interval_of(const OperationArguments& operation) {
  const auto found = operation.options.find("interval");
  if (found != operation.options.end()) {
    return found->second;
  }
  return operation.name == "monitor" ? "60s" : "0s";
}

void create_operation(Plan& plan, const cib::Document& cib, const pugi::xml_node& primitive,
                      const OperationArguments& operation) {
  pugi::xml_document scratch;
  const pugi::xml_node operations = primitive.child("operations");
  pugi::xml_node parent = operations ? pugi::xml_node(scratch) : scratch.append_child("operations");
  pugi::xml_node op = parent.append_child("op");
  op.append_attribute("name") = operation.name.c_str();
  op.append_attribute("interval") = interval_of(operation).c_str();
  for (const auto& [name, value] : operation.options) {
    if (name != "interval" && name != "id" && name != "OCF_CHECK_LEVEL") {
      op.append_attribute(name.c_str()) = value.c_str();
    }
  }
  const auto given = operation.options.find("id");
  const std::string id = given != operation.options.end()
                             ? given->second
                             : free_id(cib, id_of(primitive) + "-" + operation.name + "-interval-" +
                                                interval_of(operation));
  op.append_attribute("id") = id.c_str();
  const auto level = operation.options.find("OCF_CHECK_LEVEL");
  if (level != operation.options.end()) {
    append_nvpairs(op, "instance_attributes", id + "-instance_attributes",
                   {{"OCF_CHECK_LEVEL", level->second}});
  }
  cib::Edit edit;
  // The operations element has no id of its own, so it is named through its resource.
  edit.path = operations ? path_of(primitive) + "/operations" : path_of(primitive);
  edit.xml = xml_text(scratch.first_child());
  plan.change.push_back(edit);
}

/// As pcs does: the one operation of that name is changed in place; with several, the interval
/// says which.
void update_operation(Plan& plan, const cib::Document& cib, const pugi::xml_node& primitive,
                      const OperationArguments& operation) {
  std::vector<pugi::xml_node> same;
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    if (operation.name == op.attribute("name").value()) {
      same.push_back(op);
    }
  }
  pugi::xml_node target = same.size() == 1 ? same[0] : pugi::xml_node();
  for (const pugi::xml_node op : same) {
    if (interval_of(operation) == op.attribute("interval").value()) {
      target = op;
    }
  }
  if (target) {
    remove_element(plan.change, target);
  }
  OperationArguments fresh = operation;
  if (target && !fresh.options.contains("interval")) {
    fresh.options["interval"] = target.attribute("interval").value();
  }
  if (target && !fresh.options.contains("id")) {
    const std::string wanted =
        id_of(primitive) + "-" + fresh.name + "-interval-" + interval_of(fresh);
    fresh.options["id"] = wanted == id_of(target) ? wanted : free_id(cib, wanted);
  }
  create_operation(plan, cib, primitive, fresh);
}

Words ids_below(const pugi::xml_node& element) {
  Words ids = {id_of(element)};
  for (const pugi::xml_node child : element.children()) {
    if (is_resource(child)) {
      const Words more = ids_below(child);
      ids.insert(ids.end(), more.begin(), more.end());
    }
  }
  return ids;
}

Result<Plan> set_target_role(const cib::Document& cib, const Words& ids, bool enable) {
  Plan plan;
  if (ids.empty()) {
    return fail(Errc::invalid_input,
                "You must specify resource(s) to " + std::string(enable ? "enable" : "disable"));
  }
  Words missing;
  Words done;
  for (const std::string& id : ids) {
    pugi::xml_node resource = find_resource(cib, id);
    if (!resource) {
      missing.push_back("bundle/clone/group/resource/tag '" + id + "' does not exist");
      continue;
    }
    std::vector<pugi::xml_node> targets = {resource};
    if (enable) {
      while (is_resource(resource.parent()) &&
             std::string_view(resource.parent().name()) != "group") {
        resource = resource.parent();
        targets.push_back(resource);
      }
    }
    for (const pugi::xml_node target : targets) {
      if (std::find(done.begin(), done.end(), id_of(target)) == done.end()) {
        done.push_back(id_of(target));
        set_nvpairs(plan.change, cib, target, "meta_attributes", id_of(target) + "-meta_attributes",
                    {{"target-role", enable ? "" : "Stopped"}});
      }
    }
  }
  if (!missing.empty()) {
    return fail(Errc::not_found, join(missing, "\nError: "));
  }
  return plan;
}

}  // namespace

Result<Plan> plan_resource_update(const cib::Document& cib, const CreateArguments& arguments,
                                  const std::optional<agent::AgentInfo>& metadata) {
  const pugi::xml_node primitive = find_resource(cib, arguments.id);
  if (!primitive || std::string_view(primitive.name()) != "primitive") {
    return no_such_resource(arguments.id);
  }
  Plan plan;
  Options given = arguments.parameters;
  std::erase_if(given, [](const auto& pair) { return pair.second.empty(); });
  if (metadata) {
    Words findings = parameter_complaints(*metadata, given, false);
    for (const agent::ParameterInfo& parameter : metadata->parameters) {
      const auto emptied = arguments.parameters.find(parameter.name);
      if (parameter.required && emptied != arguments.parameters.end() && emptied->second.empty()) {
        findings.push_back("required resource option '" + parameter.name + "' is missing");
      }
    }
    if (!findings.empty() && !arguments.force) {
      return fail(Errc::invalid_input, join(findings, ", use --force to override\nError: ") +
                                           ", use --force to override");
    }
    plan.warnings = findings;
  }
  for (const OperationArguments& operation : arguments.operations) {
    const Words complaints = operation_complaints(operation);
    if (!complaints.empty()) {
      return fail(Errc::invalid_input, join(complaints, "\nError: "));
    }
    update_operation(plan, cib, primitive, operation);
  }
  set_nvpairs(plan.change, cib, primitive, "instance_attributes",
              arguments.id + "-instance_attributes", arguments.parameters);
  set_nvpairs(plan.change, cib, primitive, "meta_attributes", arguments.id + "-meta_attributes",
              arguments.meta);
  return plan;
}

Result<Plan> plan_resource_meta(const cib::Document& cib, const Words& ids, const Options& values) {
  Plan plan;
  for (const std::string& id : ids) {
    const pugi::xml_node resource = find_resource(cib, id);
    if (!resource) {
      return fail(Errc::not_found, "unable to find a resource/clone/group: " + id);
    }
    set_nvpairs(plan.change, cib, resource, "meta_attributes", id + "-meta_attributes", values);
  }
  return plan;
}

Result<Plan> plan_resource_enable(const cib::Document& cib, const Words& ids) {
  return set_target_role(cib, ids, true);
}

Result<Plan> plan_resource_disable(const cib::Document& cib, const Words& ids) {
  return set_target_role(cib, ids, false);
}

Result<Plan> plan_resource_delete(const cib::Document& cib, const std::string& id) {
  pugi::xml_node resource = find_resource(cib, id);
  if (!resource) {
    return fail(Errc::not_found, "Resource '" + id + "' does not exist.");
  }
  // A group or clone without members is not allowed to stay.
  while (is_resource(resource.parent())) {
    const pugi::xml_node parent = resource.parent();
    const auto children = parent.children();
    if (std::count_if(children.begin(), children.end(), is_resource) > 1) {
      break;
    }
    resource = parent;
  }
  Plan plan;
  for (const pugi::xml_node constraint : constraints_on(cib, ids_below(resource))) {
    plan.messages.push_back("Removing Constraint - " + id_of(constraint));
    remove_element(plan.change, constraint);
  }
  plan.messages.push_back(id_of(resource) == id ? "Deleting Resource - " + id
                                                : "Deleting Resource (and " +
                                                      std::string(resource.name()) + ") - " + id);
  remove_element(plan.change, resource);
  return plan;
}

Result<Plan> plan_group_add(const cib::Document& cib, const std::string& group, const Words& ids,
                            const std::string& before, const std::string& after) {
  if (ids.empty()) {
    return fail(Errc::invalid_input,
                "Cannot modify group '" + group + "', no resources to add or remove specified");
  }
  const pugi::xml_node existing = find_resource(cib, group);
  if (!existing && find_by_id(cib, group)) {
    return fail(Errc::already_exists, "'" + group + "' already exists");
  }
  if (existing && std::string_view(existing.name()) != "group") {
    return fail(Errc::invalid_input, "'" + group + "' is not a group");
  }
  pugi::xml_node neighbour;
  const std::string& beside = before.empty() ? after : before;
  if (!beside.empty()) {
    neighbour = existing.find_child_by_attribute("primitive", "id", beside.c_str());
    if (!neighbour || std::find(ids.begin(), ids.end(), beside) != ids.end()) {
      return fail(Errc::not_found, "there is no resource '" + beside + "' in the group '" + group +
                                       "' to put others beside");
    }
  }
  std::string in_front_of = before;
  if (!after.empty()) {
    do {
      neighbour = neighbour.next_sibling("primitive");
    } while (neighbour && std::find(ids.begin(), ids.end(), id_of(neighbour)) != ids.end());
    in_front_of = neighbour ? id_of(neighbour) : "";
  }
  Plan plan;
  pugi::xml_document scratch;
  pugi::xml_node fresh = scratch.append_child("group");
  fresh.append_attribute("id") = group.c_str();
  for (const std::string& id : ids) {
    const pugi::xml_node primitive = find_resource(cib, id);
    if (!primitive || std::string_view(primitive.name()) != "primitive") {
      return fail(Errc::not_found, primitive
                                       ? "'" + id + "' is not a primitive"
                                       : "bundle/clone/group/resource '" + id + "' does not exist");
    }
    if (primitive.parent() != section(cib, "resources") && primitive.parent() != existing) {
      return fail(Errc::conflict, "'" + id + "' is already in '" + id_of(primitive.parent()) + "'");
    }
    fresh.append_copy(primitive);
    remove_element(plan.change, primitive);
  }
  if (existing) {
    for (const pugi::xml_node member : fresh.children()) {
      cib::Edit edit;
      edit.path = path_of(existing);
      edit.xml = xml_text(member);
      edit.before = in_front_of;
      plan.change.push_back(edit);
    }
    return plan;
  }
  cib::Edit edit;
  edit.path = "/cib/configuration/resources";
  edit.xml = xml_text(fresh);
  plan.change.push_back(edit);
  return plan;
}

Result<Plan> plan_group_remove(const cib::Document& cib, const std::string& group,
                               const Words& ids) {
  const pugi::xml_node existing = find_resource(cib, group);
  if (!existing || std::string_view(existing.name()) != "group") {
    return fail(Errc::not_found, "Group '" + group + "' does not exist");
  }
  Words leaving = ids;
  for (const pugi::xml_node member : existing.children("primitive")) {
    if (ids.empty()) {
      leaving.push_back(id_of(member));
    }
  }
  const auto members = existing.children("primitive");
  Plan plan;
  for (const std::string& id : leaving) {
    const pugi::xml_node member = existing.find_child_by_attribute("primitive", "id", id.c_str());
    if (!member) {
      return fail(Errc::not_found,
                  "there is no resource '" + id + "' in the group '" + group + "'");
    }
    remove_element(plan.change, member);
    cib::Edit edit;
    edit.path = "/cib/configuration/resources";
    edit.xml = xml_text(member);
    plan.change.push_back(edit);
  }
  if (leaving.size() == static_cast<std::size_t>(std::distance(members.begin(), members.end()))) {
    for (const pugi::xml_node constraint : constraints_on(cib, {group})) {
      plan.messages.push_back("Removing Constraint - " + id_of(constraint));
      remove_element(plan.change, constraint);
    }
    remove_element(plan.change, existing);
  }
  return plan;
}

Result<Plan> plan_operation_add(const cib::Document& cib, const std::string& id,
                                const OperationArguments& operation) {
  const pugi::xml_node primitive = find_resource(cib, id);
  if (!primitive || std::string_view(primitive.name()) != "primitive") {
    return no_such_resource(id);
  }
  const Words complaints = operation_complaints(operation);
  if (!complaints.empty()) {
    return fail(Errc::invalid_input, join(complaints, "\nError: "));
  }
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    if (operation.name == op.attribute("name").value() &&
        interval_of(operation) == op.attribute("interval").value()) {
      return fail(Errc::already_exists, "operation " + operation.name + " with interval " +
                                            interval_of(operation) + " already specified for " +
                                            id + ":\n" + id_of(op));
    }
  }
  Plan plan;
  create_operation(plan, cib, primitive, operation);
  return plan;
}

Result<Plan> plan_operation_remove(const cib::Document& cib, const std::string& id,
                                   const OperationArguments& operation) {
  const pugi::xml_node primitive = find_resource(cib, id);
  if (!primitive || std::string_view(primitive.name()) != "primitive") {
    return no_such_resource(id);
  }
  Plan plan;
  for (const pugi::xml_node op : primitive.child("operations").children("op")) {
    const bool fits =
        std::all_of(operation.options.begin(), operation.options.end(), [&](const auto& option) {
          return option.second == op.attribute(option.first.c_str()).value();
        });
    if (operation.name == op.attribute("name").value() && fits) {
      remove_element(plan.change, op);
    }
  }
  if (plan.change.empty()) {
    return fail(Errc::not_found,
                "Unable to find operation matching: " + operation.name + " of " + id);
  }
  return plan;
}

Result<Plan> plan_defaults(const cib::Document& cib, const std::string& tag,
                           const Options& values) {
  Plan plan;
  plan.warnings.emplace_back(
      "Defaults do not apply to resources which override them with their own defined values");
  const std::string set_id = tag + "-meta_attributes";
  const pugi::xml_node defaults = section(cib, tag.c_str());
  if (defaults) {
    set_nvpairs(plan.change, cib, defaults, "meta_attributes", set_id, values);
    return plan;
  }
  pugi::xml_document scratch;
  append_nvpairs(scratch.append_child(tag.c_str()), "meta_attributes", free_id(cib, set_id),
                 values);
  if (scratch.first_child().first_child()) {
    cib::Edit edit;
    edit.path = "/cib/configuration";
    edit.xml = xml_text(scratch.first_child());
    plan.change.push_back(edit);
  }
  return plan;
}

}  // namespace mainstay::ctl
