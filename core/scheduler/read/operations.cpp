// SPDX-License-Identifier: Apache-2.0
// A resource's operations: reading them, and looking them up by name and interval.
#include <algorithm>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

using model::Resource;
using model::Values;

namespace {

/// The defaults of each task, for resources of one agent.
std::shared_ptr<const model::OperationDefaults> read_operation_defaults(
    Reading& reading, const model::AgentName& agent) {
  model::OperationDefaults defaults;
  for (const char* task : {"start", "stop", "monitor", "promote", "demote", "notify", "migrate_to",
                           "migrate_from", "reload-agent"}) {
    RuleContext context = reading.rules();
    context.agent = &agent;
    context.operation = task;
    context.interval = Duration(0);
    Values meta;
    reading.operation_defaults.add(context, meta);
    if (!meta.empty()) {
      defaults[task] = std::move(meta);
    }
  }
  return std::make_shared<const model::OperationDefaults>(std::move(defaults));
}

}  // namespace

void add_attributes(pugi::xml_node xml, std::initializer_list<std::string_view> others,
                    Values& into) {
  for (const pugi::xml_attribute attribute : xml.attributes()) {
    if (std::find(others.begin(), others.end(), attribute.name()) == others.end()) {
      into.emplace(attribute.name(), attribute.value());
    }
  }
}

void read_operations(Reading& reading, pugi::xml_node xml, Resource& resource) {
  const Defaults& defaults = reading.operation_defaults;
  for (const pugi::xml_node raw : reading.ids.resolve(xml.child("operations")).children("op")) {
    const pugi::xml_node op = reading.ids.resolve(raw);
    model::Operation operation;
    operation.id = attr(op, "id");
    operation.name = attr(op, "name");
    operation.interval = parse_duration(attr(op, "interval")).value_or(Duration(0));
    add_attributes(op, {"id"}, operation.meta);
    read_blocks(op, "meta_attributes", reading.ids, reading.rules(), operation.meta);
    read_blocks(op, "instance_attributes", reading.ids, reading.rules(), operation.parameters);
    RuleContext context = reading.rules();
    context.agent = &resource.agent;
    context.operation = operation.name;
    context.interval = operation.interval;
    defaults.add(context, operation.meta);
    operation.enabled =
        read_bool(operation.meta, "enabled", true) && !read_bool(operation.meta, "disabled", false);
    resource.operations.push_back(std::move(operation));
  }
  if (defaults.has_rules()) {
    resource.operation_defaults = read_operation_defaults(reading, resource.agent);
  } else if (!defaults.empty()) {
    if (!reading.shared_operation_defaults) {
      reading.shared_operation_defaults = read_operation_defaults(reading, resource.agent);
    }
    resource.operation_defaults = reading.shared_operation_defaults;
  }
}

const model::Operation* find_operation(const Resource& resource, std::string_view task,
                                       Duration interval) {
  for (const bool enabled : {true, false}) {
    for (const model::Operation& operation : resource.operations) {
      if (operation.name == task && operation.interval == interval &&
          operation.enabled == enabled) {
        return &operation;
      }
    }
  }
  return nullptr;
}

const Values& operation_meta(const Resource& resource, std::string_view task, Duration interval) {
  if (const model::Operation* operation = find_operation(resource, task, interval)) {
    return operation->meta;
  }
  static const Values kNothing;
  if (!resource.operation_defaults) {
    return kNothing;
  }
  const auto it = resource.operation_defaults->find(task);
  return it == resource.operation_defaults->end() ? kNothing : it->second;
}

}  // namespace mainstay::scheduler
