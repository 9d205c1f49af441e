// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/clone_plan.h"

#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

bool is_clone(const pugi::xml_node& element) {
  const std::string_view name = element.name();
  return name == "clone" || name == "master";
}

Error cannot_be_cloned(const std::string& id, const pugi::xml_node& resource) {
  const std::string_view parent = resource.parent().name();
  if (is_clone(resource.parent())) {
    return fail(Errc::conflict, "'" + id + "' is already a clone resource");
  }
  if (parent == "group") {
    return fail(Errc::conflict, "cannot clone '" + id + "': it is a member of the group '" +
                                    resource.parent().attribute("id").value() +
                                    "'; clone the group instead");
  }
  return fail(Errc::invalid_input, "'" + id + "' is not a primitive or a group");
}

}  // namespace

Result<CloneArguments> parse_clone(const Words& words, bool promotable) {
  if (words.empty()) {
    return fail(Errc::invalid_input, "wants a resource or group id");
  }
  CloneArguments arguments{
      .resource = words[0], .clone_id = {}, .promotable = promotable, .meta = {}};
  Words rest(words.begin() + 1, words.end());
  if (!rest.empty() && rest[0] != "meta" && rest[0].find('=') == std::string::npos) {
    arguments.clone_id = rest[0];
    rest.erase(rest.begin());
  }
  if (!rest.empty() && rest[0] == "meta") {
    rest.erase(rest.begin());
  }
  auto options = parse_options(rest);
  if (!options) {
    return options.error();
  }
  arguments.meta = std::move(*options);
  return arguments;
}

Result<Plan> plan_clone(const cib::Document& cib, const CloneArguments& arguments) {
  const pugi::xml_node resource = find_resource(cib, arguments.resource);
  if (!resource) {
    return fail(Errc::not_found, "unable to find group or resource: " + arguments.resource);
  }
  const std::string_view kind = resource.name();
  if ((kind != "primitive" && kind != "group") || resource.parent() != section(cib, "resources")) {
    return cannot_be_cloned(arguments.resource, resource);
  }
  const std::string id =
      arguments.clone_id.empty() ? free_id(cib, arguments.resource + "-clone") : arguments.clone_id;
  if (auto usable = check_id(id, "clone name"); !usable) {
    return usable.error();
  }
  if (find_by_id(cib, id)) {
    return fail(Errc::already_exists, "'" + id + "' already exists");
  }
  pugi::xml_document scratch;
  pugi::xml_node clone = scratch.append_child("clone");
  clone.append_attribute("id") = id.c_str();
  clone.append_copy(resource);
  Options meta = arguments.meta;
  if (arguments.promotable) {
    meta["promotable"] = "true";
  }
  append_nvpairs(clone, "meta_attributes", id + "-meta_attributes", meta);
  Plan plan;
  remove_element(plan.change, resource);
  cib::Edit edit;
  edit.path = "/cib/configuration/resources";
  edit.xml = xml_text(clone);
  plan.change.push_back(edit);
  return plan;
}

Result<Plan> plan_unclone(const cib::Document& cib, const std::string& id) {
  pugi::xml_node clone = find_resource(cib, id);
  if (!clone) {
    return fail(Errc::not_found, "could not find resource: " + id);
  }
  while (is_resource(clone) && !is_clone(clone)) {
    clone = clone.parent();
  }
  if (!is_clone(clone)) {
    return fail(Errc::invalid_input, "'" + id + "' is not a clone resource");
  }
  Plan plan;
  for (const pugi::xml_node constraint : constraints_on(cib, {clone.attribute("id").value()})) {
    plan.messages.push_back(std::string("Removing Constraint - ") +
                            constraint.attribute("id").value());
    remove_element(plan.change, constraint);
  }
  remove_element(plan.change, clone);
  for (const pugi::xml_node child : clone.children()) {
    if (is_resource(child)) {
      cib::Edit edit;
      edit.path = "/cib/configuration/resources";
      edit.xml = xml_text(child);
      plan.change.push_back(edit);
    }
  }
  return plan;
}

}  // namespace mainstay::ctl
