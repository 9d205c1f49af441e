// SPDX-License-Identifier: Apache-2.0
// Resources: meta attributes are looked up in the element's own attributes, its own blocks, the
// parents' explicit ones, rsc_defaults and the parent's result; templates are merged before; clones
// are expanded into instances.
#include <algorithm>
#include <array>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

using model::Resource;
using model::Values;
using model::Variant;

constexpr auto kVariantNames =
    std::to_array<std::string_view>({"primitive", "group", "clone", "master", "bundle"});

bool is_resource_element(pugi::xml_node node) {
  return std::find(kVariantNames.begin(), kVariantNames.end(), node.name()) != kVariantNames.end();
}

struct Builder {
  Reading& reading;
  Values explicit_meta{};  ///< of the enclosing resources

  int build(pugi::xml_node raw, int parent, const std::string& suffix, const Values& inherited);
  /// What is in a group or clone, which sees what that sets.
  void build_members(pugi::xml_node xml, int holder, const std::string& suffix);
  void read_common(Resource& resource) const;
  void read_parameters(pugi::xml_node xml, Resource& resource);
};

model::MultipleActive read_multiple_active(const std::string& text) {
  using model::MultipleActive;
  if (text == "stop_only") {
    return MultipleActive::stop_only;
  }
  if (text == "block") {
    return MultipleActive::block;
  }
  return text == "stop_unexpected" ? MultipleActive::stop_unexpected : MultipleActive::stop_start;
}

bool is_in_promotable(const Reading& reading, const Resource& resource) {
  const Resource* at = &resource;
  while (!at->promotable && at->parent >= 0) {
    at = &reading.state.resources[static_cast<std::size_t>(at->parent)];
  }
  return at->promotable;
}

void Builder::read_common(Resource& resource) const {
  const auto& options = reading.state.options;
  static const std::string nothing;
  const auto get = [&](const char* name) -> const std::string& {
    const auto it = resource.meta.find(name);
    return it == resource.meta.end() ? nothing : it->second;
  };
  resource.container = get("container");
  resource.priority = parse_score(get("priority"));
  resource.stickiness = parse_score(get("resource-stickiness"));
  resource.critical = read_bool(resource.meta, "critical", true);
  resource.notify = read_bool(resource.meta, "notify", false);
  resource.allow_migrate =
      read_bool(resource.meta, "allow-migrate", resource.is_remote && get("container").empty());
  resource.multiple_active = read_multiple_active(get("multiple-active"));
  resource.managed = !options.maintenance_mode && read_bool(resource.meta, "is-managed", true);
  resource.maintenance = options.maintenance_mode || read_bool(resource.meta, "maintenance", false);
  resource.managed = resource.managed && !resource.maintenance;
  const std::string& threshold = get("migration-threshold");
  resource.migration_threshold =
      threshold.empty() ? model::kInfinity : std::max(0, parse_score(threshold, model::kInfinity));
  resource.failure_timeout = parse_duration(get("failure-timeout")).value_or(Duration(0));
  resource.target_role = model::parse_role(get("target-role"));
  if (resource.target_role == model::Role::unpromoted && !is_in_promotable(reading, resource)) {
    resource.target_role = model::Role::unknown;  // it makes sense for promotable clones alone
  }
  if (resource.target_role == model::Role::stopped ||
      resource.target_role == model::Role::unpromoted) {
    resource.next_role = resource.target_role;
  }
}

/// What a group or clone sets, its members take where they set nothing themselves.
void inherit_parameters(const model::Parameters& from, model::Parameters& into) {
  for (const auto& [node, values] : from.by_node) {
    into.by_node.emplace(node, into.common);
  }
  for (auto& [node, values] : into.by_node) {
    const Values& inherited = from.on(node);
    values.insert(inherited.begin(), inherited.end());
  }
  into.common.insert(from.common.begin(), from.common.end());
}

void Builder::read_parameters(pugi::xml_node xml, Resource& resource) {
  RuleContext context = reading.rules();
  context.agent = &resource.agent;
  read_blocks(xml, "instance_attributes", reading.ids, context, resource.parameters.common);
  if (depends_on_node(xml, "instance_attributes", reading.ids)) {
    for (int n = 0; n < reading.node_count(); ++n) {
      context.node_attributes = &reading.node(n).attributes;
      Values values;
      read_blocks(xml, "instance_attributes", reading.ids, context, values);
      resource.parameters.by_node[n] = std::move(values);
    }
  }
  if (resource.parent >= 0) {
    inherit_parameters(reading.resource(resource.parent).parameters, resource.parameters);
  }
}

/// A connection that is retried by itself: until then its failure stands.
void read_reconnect_interval(Resource& resource) {
  const auto found = resource.parameters.common.find("reconnect_interval");
  if (resource.is_remote && found != resource.parameters.common.end()) {
    resource.remote_reconnect = parse_duration(found->second).value_or(Duration(0));
    resource.failure_timeout = resource.remote_reconnect;
  }
}

/// The nodes that count for clone-max: those of bundles do from there on, those of removed
/// connections never.
int nodes_so_far(const Reading& reading) {
  const auto& nodes = reading.state.nodes;
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [](const model::NodeState& node) {
        return !node.of_removed && (!node.of_bundle || node.remote_resource >= 0);
      }));
}

void read_clone(Reading& reading, Resource& clone) {
  const auto number = [&](const char* name, const char* old, int fallback) {
    auto it = clone.meta.find(name);
    if (it == clone.meta.end()) {
      it = clone.meta.find(old);
    }
    return it == clone.meta.end() ? fallback : std::max(0, parse_score(it->second, fallback));
  };
  clone.clone_node_max = number("clone-node-max", "clone-node-max", 1);
  clone.clone_max = number("clone-max", "clone-max", std::max(1, nodes_so_far(reading)));
  clone.clone_min = number("clone-min", "clone-min", 0);
  clone.unique = read_bool(clone.meta, "globally-unique", clone.clone_node_max > 1);
  if (!clone.unique && clone.clone_node_max > 1) {
    clone.clone_node_max = 1;
  }
  if (clone.promotable) {
    clone.promoted_max = number("promoted-max", "master-max", 1);
    clone.promoted_node_max = number("promoted-node-max", "master-node-max", 1);
  }
  clone.ordered = read_bool(clone.meta, "ordered", false);
  clone.interleave = read_bool(clone.meta, "interleave", false);
  if (clone.meta.find("resource-stickiness") == clone.meta.end()) {
    clone.meta["resource-stickiness"] = "1";
    clone.stickiness = 1;
  }
}

int Builder::build(pugi::xml_node raw, int parent, const std::string& suffix,
                   const Values& inherited) {
  const std::string tag = raw.name();
  const pugi::xml_node xml = tag == "primitive" ? merge_template(reading, raw) : raw;
  Resource resource;
  resource.base = attr(xml, "id");
  resource.id = resource.base + suffix;
  resource.parent = parent;
  resource.variant = tag == "primitive" ? Variant::primitive
                     : tag == "group"   ? Variant::group
                     : tag == "bundle"  ? Variant::bundle
                                        : Variant::clone;
  resource.agent = {attr(xml, "class"), attr(xml, "provider"), attr(xml, "type")};
  resource.is_remote = resource.agent.provider == "pacemaker" && resource.agent.type == "remote";
  resource.known_on.assign(reading.state.nodes.size(), 0);
  RuleContext context = reading.rules();
  context.agent = &resource.agent;
  add_attributes(xml, {"id", "class", "provider", "type", "template", "description"},
                 resource.meta);
  read_blocks(xml, "meta_attributes", reading.ids, context, resource.meta);
  if (resource.variant != Variant::primitive) {
    resource.explicit_meta = resource.meta;
  }
  resource.meta.insert(explicit_meta.begin(), explicit_meta.end());
  reading.resource_defaults.add(context, resource.meta);
  resource.meta.insert(inherited.begin(), inherited.end());
  resource.promotable =
      tag == "master" || (tag == "clone" && read_bool(resource.meta, "promotable", false));
  read_common(resource);
  if (resource.variant == Variant::clone) {
    read_clone(reading, resource);
  }
  if (resource.variant == Variant::group) {
    resource.ordered = read_bool(resource.meta, "ordered", true);
    resource.colocated = read_bool(resource.meta, "collocated", true);
  }
  if (resource.variant != Variant::bundle) {
    read_parameters(xml, resource);
  }
  if (resource.variant == Variant::primitive) {
    read_blocks(xml, "utilization", reading.ids, context, resource.utilization);
    read_reconnect_interval(resource);
    read_operations(reading, xml, resource);
  }
  if (parent >= 0) {
    const Resource& holder = reading.resource(parent);
    if (resource.variant != Variant::clone) {
      resource.unique = holder.unique || holder.variant == Variant::bundle;
    }
    resource.notify = resource.notify || holder.notify;
  } else if (resource.variant != Variant::clone) {
    resource.unique = true;
  }
  const int index = static_cast<int>(reading.state.resources.size());
  reading.resource_by_id[resource.id] = index;
  const Variant variant = resource.variant;
  reading.state.resources.push_back(std::move(resource));
  link_connection(reading, index);
  if (variant == Variant::bundle) {
    build_bundle(reading, xml, index);
  } else if (variant != Variant::primitive) {
    build_members(xml, index, suffix);
  }
  return index;
}

/// Instances of a clone differ in nothing but their number: the resources from `first` to before
/// `end` are the first one.
int copy_instance(Reading& reading, int first, int end, int number) {
  const int offset = static_cast<int>(reading.state.resources.size()) - first;
  for (int original = first; original < end; ++original) {
    Resource copy = reading.resource(original);
    copy.id = copy.base + ":" + std::to_string(number);
    copy.parent += original == first ? 0 : offset;
    for (int& child : copy.children) {
      child += offset;
    }
    reading.resource_by_id[copy.id] = original + offset;
    reading.state.resources.push_back(std::move(copy));
    link_connection(reading, original + offset);
  }
  return first + offset;
}

void Builder::build_members(pugi::xml_node xml, int holder, const std::string& suffix) {
  const bool is_clone = reading.resource(holder).variant == Variant::clone;
  const int count = is_clone ? std::max(1, reading.resource(holder).clone_max) : 1;
  const Values effective = reading.resource(holder).meta;
  Values outer = reading.resource(holder).explicit_meta;
  outer.insert(explicit_meta.begin(), explicit_meta.end());
  std::swap(outer, explicit_meta);
  for (const pugi::xml_node child : xml.children()) {
    if (!is_resource_element(child)) {
      continue;
    }
    const int built = build(child, holder, is_clone ? ":0" : suffix, effective);
    reading.resource(holder).children.push_back(built);
    if (is_clone) {
      const auto end = static_cast<int>(reading.state.resources.size());
      for (int number = 1; number < count; ++number) {
        const int copied = copy_instance(reading, built, end, number);
        reading.resource(holder).children.push_back(copied);
      }
      break;
    }
  }
  std::swap(outer, explicit_meta);
}

pugi::xml_node clone_child(pugi::xml_node clone) {
  return clone.find_child([](pugi::xml_node node) { return is_resource_element(node); });
}

}  // namespace

int build_resource(Reading& reading, pugi::xml_node xml, int parent) {
  Builder builder{reading};
  Values inherited;
  if (parent >= 0) {
    inherited = reading.resource(parent).meta;
    builder.explicit_meta = reading.resource(parent).explicit_meta;
  }
  return builder.build(xml, parent, "", inherited);
}

int add_clone_instance(Reading& reading, int clone, int number) {
  const pugi::xml_node xml =
      reading.configuration()
          .child("resources")
          .find_child_by_attribute("id", reading.resource(clone).base.c_str());
  Builder builder{reading};
  builder.explicit_meta = {};
  const Values effective = reading.resource(clone).meta;
  const std::size_t first = reading.state.resources.size();
  const int built = builder.build(clone_child(xml), clone, ":" + std::to_string(number), effective);
  read_requirements_from(reading, first);
  reading.resource(clone).children.push_back(built);
  return built;
}

int add_removed_resource(Reading& reading, const std::string& id, const model::AgentName& agent) {
  Resource resource;
  resource.id = id;
  resource.base = id;
  resource.agent = agent;
  resource.is_remote = agent.provider == "pacemaker" && agent.type == "remote";
  resource.unique = true;
  resource.removed = true;
  resource.known_on.assign(reading.state.nodes.size(), 0);
  Builder builder{reading};
  RuleContext context = reading.rules();
  context.agent = &resource.agent;
  reading.resource_defaults.add(context, resource.meta);
  builder.read_common(resource);
  if (agent.standard == "stonith") {
    reading.state.options.have_fencing_device = true;
  }
  const int index = static_cast<int>(reading.state.resources.size());
  reading.resource_by_id[id] = index;
  reading.state.resources.push_back(std::move(resource));
  reading.state.top_level.push_back(index);
  read_requirements_from(reading, static_cast<std::size_t>(index));
  return index;
}

void read_resources(Reading& reading) {
  const pugi::xml_node resources = reading.configuration().child("resources");
  for (const pugi::xml_node xml : resources.children()) {
    const auto fences = [](pugi::xml_node n) { return attr_is(n, "class", "stonith"); };
    if (fences(xml) || xml.find_node(fences)) {
      reading.state.options.have_fencing_device = true;
    }
  }
  for (const pugi::xml_node xml : resources.children()) {
    const bool bundle = std::string_view(xml.name()) == "bundle";
    if (std::string fault = bundle ? fault_of_bundle(xml) : ""; !fault.empty()) {
      reading.state.problems.push_back(std::move(fault));
    } else if (is_resource_element(xml)) {
      Builder builder{reading};
      reading.state.top_level.push_back(builder.build(xml, -1, "", {}));
    }
  }
  add_guest_connections(reading);
  link_containers(reading);
  read_requirements(reading);
  std::stable_sort(
      reading.state.top_level.begin(), reading.state.top_level.end(),
      [&](int a, int b) { return reading.resource(a).priority > reading.resource(b).priority; });
  for (Resource& resource : reading.state.resources) {
    if (resource.variant == Variant::group && resource.children.empty()) {
      reading.state.problems.push_back("Group " + resource.id + " has no members");
    }
  }
}

}  // namespace mainstay::scheduler
