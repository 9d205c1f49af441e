// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/settings_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

enum class Kind {
  boolean,
  integer,
  duration,
  score,
  quorum_policy,
  fence_action,
  placement,
  health,
  fence_reaction,
  percentage,
  text
};

struct Property {
  std::string_view name;
  Kind kind;
};

/// Options of crm_config (Pacemaker Explained, "Cluster Options"), sorted.
constexpr std::array<Property, 46> kProperties = {{
    {"batch-limit", Kind::integer},
    {"cluster-delay", Kind::duration},
    {"cluster-ipc-limit", Kind::integer},
    {"cluster-name", Kind::text},
    {"cluster-recheck-interval", Kind::duration},
    {"concurrent-fencing", Kind::boolean},
    {"dc-deadtime", Kind::duration},
    {"election-timeout", Kind::duration},
    {"enable-acl", Kind::boolean},
    {"enable-startup-probes", Kind::boolean},
    {"fence-reaction", Kind::fence_reaction},
    {"fencing-action", Kind::fence_action},
    {"fencing-enabled", Kind::boolean},
    {"fencing-max-attempts", Kind::integer},
    {"fencing-timeout", Kind::duration},
    {"join-finalization-timeout", Kind::duration},
    {"join-integration-timeout", Kind::duration},
    {"load-threshold", Kind::percentage},
    {"maintenance-mode", Kind::boolean},
    {"migration-limit", Kind::integer},
    {"no-quorum-policy", Kind::quorum_policy},
    {"node-action-limit", Kind::integer},
    {"node-health-base", Kind::score},
    {"node-health-green", Kind::score},
    {"node-health-red", Kind::score},
    {"node-health-strategy", Kind::health},
    {"node-health-yellow", Kind::score},
    {"node-pending-timeout", Kind::duration},
    {"pe-error-series-max", Kind::integer},
    {"pe-input-series-max", Kind::integer},
    {"pe-warn-series-max", Kind::integer},
    {"placement-strategy", Kind::placement},
    {"priority-fencing-delay", Kind::duration},
    {"shutdown-escalation", Kind::duration},
    {"shutdown-lock", Kind::boolean},
    {"shutdown-lock-limit", Kind::duration},
    {"start-failure-is-fatal", Kind::boolean},
    {"startup-fencing", Kind::boolean},
    {"stonith-action", Kind::fence_action},
    {"stonith-enabled", Kind::boolean},
    {"stonith-max-attempts", Kind::integer},
    {"stonith-timeout", Kind::duration},
    {"stop-all-resources", Kind::boolean},
    {"stop-orphan-actions", Kind::boolean},
    {"stop-orphan-resources", Kind::boolean},
    {"symmetric-cluster", Kind::boolean},
}};

struct Choices {
  Kind kind;
  std::array<std::string_view, 6> words;
};

constexpr std::array<Choices, 5> kChoices = {{
    {Kind::quorum_policy, {"demote", "fence", "freeze", "ignore", "stop", "suicide"}},
    {Kind::fence_action, {"off", "poweroff", "reboot", "", "", ""}},
    {Kind::placement, {"balanced", "default", "minimal", "utilization", "", ""}},
    {Kind::health, {"custom", "migrate-on-red", "none", "only-green", "progressive", ""}},
    {Kind::fence_reaction, {"panic", "stop", "", "", "", ""}},
}};

bool is_integer(std::string_view text) {
  return is_score(text) && text.find('I') == std::string_view::npos;
}

std::string choice_complaint(const Property& property, const std::string& value) {
  for (const Choices& choices : kChoices) {
    if (choices.kind != property.kind) {
      continue;
    }
    Words allowed;
    for (const std::string_view word : choices.words) {
      if (!word.empty()) {
        allowed.emplace_back(word);
      }
    }
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      return "use " + quoted_list(allowed);
    }
  }
  return {};
}

/// What is wrong with the value: "" if nothing is.
std::string value_complaint(const Property& property, const std::string& value) {
  std::string hint;
  switch (property.kind) {
    case Kind::boolean:
      hint = is_boolean(value) ? ""
                               : "use a pacemaker boolean value: '0', '1', 'false', 'n', 'no', "
                                 "'off', 'on', 'true', 'y', 'yes'";
      break;
    case Kind::integer:
      hint = is_integer(value) ? "" : "use an integer";
      break;
    case Kind::duration:
      hint = is_duration(value) ? "" : "use time interval (e.g. 1, 2s, 3m, 4h, ...)";
      break;
    case Kind::score:
      hint = is_score(value) ? "" : "use an integer, INFINITY or -INFINITY";
      break;
    case Kind::percentage:
      hint =
          value.size() > 1 && value.back() == '%' && is_integer(value.substr(0, value.size() - 1))
              ? ""
              : "use a percentage (e.g. 80%)";
      break;
    case Kind::text:
      break;
    default:
      hint = choice_complaint(property, value);
  }
  return hint.empty() ? hint
                      : fmt::format("'{}' is not a valid {} value, {}", value, property.name, hint);
}

const Property* find_property(const std::string& name) {
  const auto* const found =
      std::lower_bound(kProperties.begin(), kProperties.end(), name,
                       [](const Property& a, const std::string& b) { return a.name < b; });
  return found != kProperties.end() && found->name == name ? found : nullptr;
}

std::string allowed_names() {
  Words names;
  for (const Property& known : kProperties) {
    names.emplace_back(known.name);
  }
  return quoted_list(names);
}

}  // namespace

Result<Plan> plan_property_set(const cib::Document& cib, const Options& values, bool force) {
  if (values.empty()) {
    return fail(Errc::invalid_input, "property set wants NAME=VALUE [NAME=VALUE]…");
  }
  Words complaints;
  for (const auto& [name, value] : values) {
    const Property* known = find_property(name);
    if (known == nullptr && value.empty() && !property(cib, name).empty()) {
      continue;  // Whatever is there may be removed.
    }
    if (known == nullptr) {
      complaints.push_back("invalid cluster property option '" + name +
                           "', allowed options are: " + allowed_names());
    } else if (!value.empty()) {
      const std::string complaint = value_complaint(*known, value);
      if (!complaint.empty()) {
        complaints.push_back(complaint);
      }
    }
  }
  if (!complaints.empty() && !force) {
    return fail(Errc::invalid_input, join(complaints, ", use --force to override\nError: ") +
                                         ", use --force to override");
  }
  Plan plan;
  plan.warnings = complaints;
  set_nvpairs(plan.change, cib, section(cib, "crm_config"), "cluster_property_set",
              "cib-bootstrap-options", values);
  return plan;
}

Result<Plan> plan_property_unset(const cib::Document& cib, const Words& names, bool force) {
  Options values;
  Words unset;
  for (const std::string& name : names) {
    if (property(cib, name).empty()) {
      unset.push_back(name);
    } else {
      values[name] = "";
    }
  }
  if (!unset.empty() && !force) {
    return fail(Errc::not_found,
                fmt::format("Cannot remove propert{} {}, {} not present in property "
                            "set 'cib-bootstrap-options', use --force to override",
                            unset.size() == 1 ? "y" : "ies", quoted_list(unset),
                            unset.size() == 1 ? "it is" : "they are"));
  }
  if (values.empty()) {
    return Plan{};
  }
  return plan_property_set(cib, values, true);
}

std::string property_text(const cib::Document& cib, const Words& names) {
  Options set;
  for (const pugi::xml_node group : section(cib, "crm_config").children("cluster_property_set")) {
    for (const pugi::xml_node pair : group.children("nvpair")) {
      set.emplace(pair.attribute("name").value(), pair.attribute("value").value());
    }
  }
  std::string text = "Cluster Properties:\n";
  for (const auto& [name, value] : set) {
    if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      text += fmt::format(" {}: {}\n", name, value);
    }
  }
  return text;
}

Result<Plan> plan_node_attribute(const cib::Document& cib, const Words& nodes,
                                 const std::string& name, const std::string& value) {
  Plan plan;
  Words lost;
  for (const std::string& uname : nodes) {
    const pugi::xml_node node = find_node(cib, uname);
    if (!node) {
      lost.push_back(no_such_node(uname).context);
      continue;
    }
    set_nvpairs(plan.change, cib, node, "instance_attributes",
                std::string("nodes-") + node.attribute("id").value(), {{name, value}});
  }
  if (!lost.empty()) {
    return fail(Errc::not_found, join(lost, "\nError: "));
  }
  return plan;
}

}  // namespace mainstay::ctl
