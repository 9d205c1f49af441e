// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/resource_create.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

constexpr std::array<std::string_view, 12> kOperationOptions = {"OCF_CHECK_LEVEL",
                                                                "description",
                                                                "enabled",
                                                                "id",
                                                                "interval",
                                                                "interval-origin",
                                                                "name",
                                                                "on-fail",
                                                                "record-pending",
                                                                "role",
                                                                "start-delay",
                                                                "timeout"};

std::string seconds_text(Duration duration) {
  return duration.count() % 1000 == 0 ? fmt::format("{}s", duration.count() / 1000)
                                      : fmt::format("{}ms", duration.count());
}

bool is_configurable(const std::string& action) {
  return action != "meta-data" && action != "validate-all" && action != "status" &&
         action != "methods" && action != "usage" && action != "help";
}

/// What the agent advises, for the operations that were not given.
std::vector<OperationArguments> default_operations(const CreateArguments& arguments,
                                                   const agent::AgentInfo* metadata) {
  std::set<std::string> given;
  for (const OperationArguments& operation : arguments.operations) {
    given.insert(operation.name);
  }
  std::vector<OperationArguments> result;
  std::set<std::pair<std::string, std::string>> seen;
  bool monitored = given.contains("monitor");
  for (const agent::ActionInfo& action :
       metadata ? metadata->actions : decltype(metadata->actions){}) {
    const bool monitor = action.name == "monitor";
    if (!is_configurable(action.name) || given.contains(action.name) ||
        action.depth.value_or(0) != 0 || (arguments.no_default_ops && !monitor)) {
      continue;
    }
    OperationArguments operation{action.name, {}};
    operation.options["interval"] = monitor && action.interval && action.interval->count() > 0
                                        ? seconds_text(*action.interval)
                                    : monitor ? "60s"
                                              : "0s";
    if (action.timeout) {
      operation.options["timeout"] = seconds_text(*action.timeout);
    }
    if (!action.role.empty()) {
      operation.options["role"] = action.role;
    }
    if (seen.emplace(action.name, operation.options["interval"]).second) {
      result.push_back(operation);
      monitored = monitored || monitor;
    }
  }
  if (!monitored) {
    result.push_back({"monitor", {{"interval", "60s"}}});
  }
  return result;
}

void append_operation(pugi::xml_node operations, const std::string& resource,
                      const OperationArguments& operation) {
  Options options = operation.options;
  const std::string interval = options.contains("interval")
                                   ? options["interval"]
                                   : std::string(operation.name == "monitor" ? "60s" : "0s");
  options["interval"] = interval;
  const std::string id = options.contains("id")
                             ? options["id"]
                             : resource + "-" + operation.name + "-interval-" + interval;
  pugi::xml_node op = operations.append_child("op");
  op.append_attribute("name") = operation.name.c_str();
  op.append_attribute("interval") = interval.c_str();
  for (const auto& [name, value] : options) {
    if (name != "interval" && name != "id" && name != "OCF_CHECK_LEVEL") {
      op.append_attribute(name.c_str()) = value.c_str();
    }
  }
  op.append_attribute("id") = id.c_str();
  if (options.contains("OCF_CHECK_LEVEL")) {
    append_nvpairs(op, "instance_attributes", id + "-instance_attributes",
                   {{"OCF_CHECK_LEVEL", options["OCF_CHECK_LEVEL"]}});
  }
}

void append_primitive(pugi::xml_node parent, const CreateArguments& arguments,
                      const model::AgentName& agent, const agent::AgentInfo* metadata) {
  pugi::xml_node primitive = parent.append_child("primitive");
  primitive.append_attribute("id") = arguments.id.c_str();
  primitive.append_attribute("class") = agent.standard.c_str();
  primitive.append_attribute("type") = agent.type.c_str();
  if (!agent.provider.empty()) {
    primitive.append_attribute("provider") = agent.provider.c_str();
  }
  append_nvpairs(primitive, "instance_attributes", arguments.id + "-instance_attributes",
                 arguments.parameters);
  Options meta = arguments.meta;
  if (arguments.disabled && !arguments.clone) {
    meta["target-role"] = "Stopped";
  }
  append_nvpairs(primitive, "meta_attributes", arguments.id + "-meta_attributes", meta);
  std::vector<OperationArguments> all = arguments.operations;
  const auto defaults = default_operations(arguments, metadata);
  all.insert(all.end(), defaults.begin(), defaults.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  pugi::xml_node operations = primitive.append_child("operations");
  for (const OperationArguments& operation : all) {
    append_operation(operations, arguments.id, operation);
  }
}

Words repeated_operations(const CreateArguments& arguments) {
  std::set<std::string> seen;
  Words complaints;
  for (const OperationArguments& operation : arguments.operations) {
    const auto interval = operation.options.find("interval");
    const std::string when = interval == operation.options.end() ? "0s" : interval->second;
    if (!seen.insert(operation.name + " " + when).second) {
      complaints.push_back(
          "multiple specification of the same operation with the same interval:\n" +
          operation.name + " with intervals " + when);
    }
  }
  return complaints;
}

/// Where the new element goes, and the element itself for a group that does not exist yet.
Status place_in_group(const cib::Document& cib, const CreateArguments& arguments,
                      pugi::xml_document& scratch, cib::Edit& edit) {
  const pugi::xml_node group = find_resource(cib, arguments.group);
  const pugi::xml_node primitive = scratch.first_child();
  if (!group) {
    auto usable = check_id(arguments.group, "group name");
    if (!usable) {
      return usable;
    }
    if (find_by_id(cib, arguments.group)) {
      return fail(Errc::already_exists, "'" + arguments.group + "' already exists");
    }
    pugi::xml_node fresh = scratch.append_child("group");
    fresh.append_attribute("id") = arguments.group.c_str();
    fresh.append_copy(primitive);
    edit.xml = xml_text(fresh);
    return Done{};
  }
  if (std::string_view(group.name()) != "group") {
    return fail(Errc::invalid_input, "'" + arguments.group + "' is not a group");
  }
  edit.path = path_of(group);
  edit.xml = xml_text(primitive);
  const std::string& neighbour = arguments.before.empty() ? arguments.after : arguments.before;
  if (neighbour.empty()) {
    return Done{};
  }
  const pugi::xml_node found = group.find_child_by_attribute("primitive", "id", neighbour.c_str());
  if (!found) {
    return fail(Errc::not_found,
                "there is no resource '" + neighbour + "' in the group '" + arguments.group + "'");
  }
  edit.before = !arguments.before.empty()
                    ? arguments.before
                    : std::string(found.next_sibling("primitive").attribute("id").value());
  return Done{};
}

void wrap_in_clone(const CreateArguments& arguments, const std::string& id,
                   pugi::xml_document& scratch, cib::Edit& edit) {
  const pugi::xml_node primitive = scratch.first_child();
  pugi::xml_node clone = scratch.append_child("clone");
  clone.append_attribute("id") = id.c_str();
  clone.append_copy(primitive);
  Options meta = arguments.clone_meta;
  if (arguments.promotable) {
    meta["promotable"] = "true";
  }
  if (arguments.disabled) {
    meta["target-role"] = "Stopped";
  }
  append_nvpairs(clone, "meta_attributes", id + "-meta_attributes", meta);
  edit.xml = xml_text(clone);
}

}  // namespace

Words parameter_complaints(const agent::AgentInfo& metadata, const Options& parameters,
                           bool complete) {
  Words known;
  Words missing;
  for (const agent::ParameterInfo& parameter : metadata.parameters) {
    known.push_back(parameter.name);
    if (complete && parameter.required && !parameter.deprecated &&
        (!parameters.contains(parameter.name) || parameters.at(parameter.name).empty())) {
      missing.push_back(parameter.name);
    }
  }
  std::sort(known.begin(), known.end());
  Words unknown;
  for (const auto& [name, value] : parameters) {
    // Any agent takes these two from the shell library.
    if (!std::binary_search(known.begin(), known.end(), name) && name != "trace_ra" &&
        name != "trace_file") {
      unknown.push_back(name);
    }
  }
  const std::string allowed = known.empty() ? std::string("there are no options allowed")
                                            : "allowed options are: " + quoted_list(known);
  Words complaints;
  if (!unknown.empty()) {
    complaints.push_back(fmt::format("invalid resource option{} {}, {}",
                                     unknown.size() == 1 ? "" : "s:", quoted_list(unknown),
                                     allowed));
  }
  if (!missing.empty()) {
    complaints.push_back(fmt::format("required resource option{} {} {} missing, {}",
                                     missing.size() == 1 ? "" : "s", quoted_list(missing),
                                     missing.size() == 1 ? "is" : "are", allowed));
  }
  return complaints;
}

Words operation_complaints(const OperationArguments& operation) {
  Words complaints;
  for (const auto& [name, value] : operation.options) {
    if (std::find(kOperationOptions.begin(), kOperationOptions.end(), name) ==
        kOperationOptions.end()) {
      complaints.push_back("invalid resource operation option '" + name +
                           "', allowed options are: " +
                           quoted_list(Words(kOperationOptions.begin(), kOperationOptions.end())));
    }
    if ((name == "interval" || name == "timeout" || name == "start-delay") && !is_duration(value)) {
      complaints.push_back("'" + value + "' is not a valid " + name +
                           " value, use time interval (e.g. 1, 2s, 3m, 4h, ...)");
    }
  }
  return complaints;
}

Result<Plan> plan_resource_create(const cib::Document& cib, const CreateArguments& arguments,
                                  const model::AgentName& agent,
                                  const std::optional<agent::AgentInfo>& metadata) {
  auto usable = check_id(arguments.id, "resource name");
  if (!usable) {
    return usable.error();
  }
  if (find_by_id(cib, arguments.id)) {
    return fail(Errc::already_exists, "'" + arguments.id + "' already exists");
  }
  Words complaints = repeated_operations(arguments);
  for (const OperationArguments& operation : arguments.operations) {
    const Words more = operation_complaints(operation);
    complaints.insert(complaints.end(), more.begin(), more.end());
  }
  if (!complaints.empty()) {
    return fail(Errc::invalid_input, join(complaints, "\nError: "));
  }
  Plan plan;
  if (metadata) {
    const Words findings = parameter_complaints(*metadata, arguments.parameters, true);
    if (!findings.empty() && !arguments.force) {
      return fail(Errc::invalid_input, join(findings, ", use --force to override\nError: ") +
                                           ", use --force to override");
    }
    plan.warnings = findings;
  }
  pugi::xml_document scratch;
  append_primitive(scratch, arguments, agent, metadata ? &*metadata : nullptr);
  cib::Edit edit;
  edit.path = "/cib/configuration/resources";
  edit.xml = xml_text(scratch.first_child());
  if (!arguments.group.empty() && arguments.clone) {
    return fail(Errc::invalid_input, "you cannot specify both --group and clone");
  }
  if (!arguments.group.empty()) {
    auto placed = place_in_group(cib, arguments, scratch, edit);
    if (!placed) {
      return placed.error();
    }
  }
  if (arguments.clone) {
    const std::string id =
        arguments.clone_id.empty() ? free_id(cib, arguments.id + "-clone") : arguments.clone_id;
    if (find_by_id(cib, id) || id == arguments.id) {
      return fail(Errc::already_exists, "'" + id + "' already exists");
    }
    wrap_in_clone(arguments, id, scratch, edit);
  }
  plan.change.push_back(edit);
  return plan;
}

}  // namespace mainstay::ctl
