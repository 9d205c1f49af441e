// SPDX-License-Identifier: Apache-2.0
// Scores, times and words: tables of what each attribute and option may be.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/cib/complaints.h"
#include "core/cib/value_kind.h"

namespace mainstay::cib {
namespace {

struct AttributeRule {
  std::string_view element;
  const char* attribute;
  ValueKind kind;
};

constexpr std::array kAttributes = {
    AttributeRule{"rsc_location", "score", ValueKind::score},
    AttributeRule{"rsc_colocation", "score", ValueKind::score},
    AttributeRule{"rsc_order", "score", ValueKind::score},
    AttributeRule{"rule", "score", ValueKind::score},
    AttributeRule{"meta_attributes", "score", ValueKind::score},
    AttributeRule{"instance_attributes", "score", ValueKind::score},
    AttributeRule{"rsc_order", "kind", ValueKind::order_kind},
    AttributeRule{"rsc_order", "first-action", ValueKind::order_action},
    AttributeRule{"rsc_order", "then-action", ValueKind::order_action},
    AttributeRule{"op", "interval", ValueKind::time},
    AttributeRule{"op", "timeout", ValueKind::time},
    AttributeRule{"op", "start-delay", ValueKind::time},
    AttributeRule{"op", "on-fail", ValueKind::on_fail},
    AttributeRule{"op", "role", ValueKind::role},
    AttributeRule{"op", "enabled", ValueKind::boolean},
};

struct OptionRule {
  std::string_view set;
  std::string_view name;
  ValueKind kind;
};

constexpr std::string_view kMeta = "meta_attributes";
constexpr std::string_view kProperty = "cluster_property_set";

// Not priority: Pacemaker's own inputs hold decimal ones, read up to the point.
constexpr std::array kOptions = {
    OptionRule{kMeta, "resource-stickiness", ValueKind::score},
    OptionRule{kMeta, "migration-threshold", ValueKind::count},
    OptionRule{kMeta, "failure-timeout", ValueKind::time},
    OptionRule{kMeta, "target-role", ValueKind::role},
    OptionRule{kMeta, "is-managed", ValueKind::boolean},
    OptionRule{kMeta, "maintenance", ValueKind::boolean},
    OptionRule{kMeta, "allow-migrate", ValueKind::boolean},
    OptionRule{kProperty, "no-quorum-policy", ValueKind::quorum_policy},
    OptionRule{kProperty, "symmetric-cluster", ValueKind::boolean},
    OptionRule{kProperty, "maintenance-mode", ValueKind::boolean},
    OptionRule{kProperty, "start-failure-is-fatal", ValueKind::boolean},
    OptionRule{kProperty, "stonith-enabled", ValueKind::boolean},
    OptionRule{kProperty, "fencing-enabled", ValueKind::boolean},
    OptionRule{kProperty, "startup-fencing", ValueKind::boolean},
    OptionRule{kProperty, "stop-all-resources", ValueKind::boolean},
    OptionRule{kProperty, "enable-startup-probes", ValueKind::boolean},
    OptionRule{kProperty, "cluster-recheck-interval", ValueKind::time},
    OptionRule{kProperty, "dc-deadtime", ValueKind::time},
    OptionRule{kProperty, "stonith-timeout", ValueKind::time},
    OptionRule{kProperty, "shutdown-escalation", ValueKind::time},
};

/// The set of options that an nvpair stands in.
std::string_view set_of(const pugi::xml_node& pair) {
  const std::string_view set = pair.parent().name();
  // Meta attributes of an operation have the names of a resource's, but other meanings.
  return set == kMeta && std::string_view(pair.parent().parent().name()) == "op" ? "" : set;
}

void check_pair(const pugi::xml_node& pair, Complaints& complaints) {
  const std::string_view name = value_of(pair, "name");
  if (name.empty() && !pair.attribute("id-ref")) {
    complaints.error(pair, "there is no name; say which option it sets");
    return;
  }
  const std::string_view set = set_of(pair);
  const pugi::xml_attribute value = pair.attribute("value");
  for (const OptionRule& rule : kOptions) {
    if (value && rule.set == set && rule.name == name && !fits(rule.kind, value.value())) {
      complaints.error(pair,
                       fmt::format("{}='{}' {}", name, value.value(), complaint_about(rule.kind)));
    }
  }
}

}  // namespace

void check_values(const pugi::xml_node& element, Complaints& complaints) {
  const std::string_view name = element.name();
  if (name == "nvpair") {
    check_pair(element, complaints);
    return;
  }
  for (const AttributeRule& rule : kAttributes) {
    if (rule.element != name) {
      continue;
    }
    const pugi::xml_attribute value = element.attribute(rule.attribute);
    if (value && !fits(rule.kind, value.value())) {
      complaints.error(element, fmt::format("{}='{}' {}", rule.attribute, value.value(),
                                            complaint_about(rule.kind)));
    }
  }
}

}  // namespace mainstay::cib
