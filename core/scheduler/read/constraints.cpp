// SPDX-License-Identifier: Apache-2.0
// Location, colocation and ticket constraints as values; all of them, and orders, are read as they
// stand in the CIB. A constraint on a tag or template concerns each of its resources; sets of a
// colocation are resolved into pairs.
#include <algorithm>
#include <regex>

#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {

int constrained_resource(const Reading& reading, const std::string& name) {
  const auto it = reading.resource_by_id.find(name);
  if (it != reading.resource_by_id.end()) {
    return it->second;
  }
  const auto& resources = reading.state.resources;
  const auto recorded = std::find_if(resources.begin(), resources.end(), [&](const auto& each) {
    return each.history_id == name && !each.removed;
  });
  return recorded == resources.end()
             ? -1
             : reading.state.top_of(static_cast<int>(recorded - resources.begin()));
}

std::vector<int> constrained_resources(const Reading& reading, const std::string& name) {
  const auto find = [&](const std::string& each) { return constrained_resource(reading, each); };
  const int direct = find(name);
  if (direct >= 0) {
    return {direct};
  }
  std::vector<int> result;
  const auto tag = reading.state.tags.find(name);
  if (tag != reading.state.tags.end()) {
    for (const std::string& member : tag->second) {
      const int index = find(member);
      if (index >= 0) {
        result.push_back(index);
      }
    }
  }
  if (result.empty()) {
    // A template's name stands for the resources made from it.
    for (const auto& xml : reading.configuration().child("resources").select_nodes("//primitive")) {
      if (attr(xml.node(), "template") == name && find(attr(xml.node(), "id")) >= 0) {
        result.push_back(find(attr(xml.node(), "id")));
      }
    }
  }
  return result;
}

namespace {

using model::ColocationConstraint;
using model::LocationConstraint;
using model::Role;

/// Roles below Promoted mean "no role" in constraints.
Role constraint_role(const std::string& text) {
  const Role role = model::parse_role(text);
  return role == Role::started ? Role::unknown : role;
}

/// The score of a rule on a node, from the rule or from a node attribute.
std::optional<int> rule_score(pugi::xml_node rule, const model::NodeState& node) {
  if (!rule.attribute("score-attribute")) {
    return parse_score(attr(rule, "score"));
  }
  const auto it = node.attributes.find(attr(rule, "score-attribute"));
  return it == node.attributes.end() ? std::nullopt : std::optional(parse_score(it->second));
}

/// An exclusive location of a whole concerns what it is applied to: members, instances, containers.
void mark_exclusive(Reading& reading, const LocationConstraint& location, int index) {
  if (location.discovery != "exclusive" || location.nodes.empty() ||
      location.role != Role::unknown) {
    return;
  }
  reading.resource(index).exclusive_discovery = true;
  if (reading.resource(index).variant != model::Variant::bundle) {
    for (const int child : reading.resource(index).children) {
      mark_exclusive(reading, location, child);
    }
    return;
  }
  for (const model::BundleReplica& replica : reading.resource(index).replicas) {
    reading.resource(replica.container).exclusive_discovery = true;
    if (replica.ip >= 0) {
      reading.resource(replica.ip).exclusive_discovery = true;
    }
  }
}

void add_location_for(Reading& reading, pugi::xml_node xml, int resource, const std::string& role) {
  LocationConstraint location;
  location.id = attr(xml, "id");
  location.resource = resource;
  location.role = constraint_role(role.empty() ? attr(xml, "role") : role);
  if (location.role == Role::unpromoted) {
    location.role = Role::unknown;
  }
  const std::string discovery = attr(xml, "resource-discovery");
  location.discovery = discovery.empty() ? "always" : discovery;
  if (xml.attribute("node")) {
    const int node = reading.state.find_node(attr(xml, "node"));
    if (node >= 0) {
      location.nodes.emplace_back(node, parse_score(attr(xml, "score")));
    }
    mark_exclusive(reading, location, resource);
    reading.state.locations.push_back(std::move(location));
    return;
  }
  for (const pugi::xml_node raw : xml.children("rule")) {
    const pugi::xml_node rule = reading.ids.resolve(raw);
    LocationConstraint one = location;
    if (rule.attribute("role")) {
      one.role = constraint_role(attr(rule, "role"));
      one.role = one.role == Role::unpromoted ? Role::unknown : one.role;
    }
    const auto& r = reading.resource(resource);
    for (int n = 0; n < reading.node_count(); ++n) {
      RuleContext context = reading.rules();
      context.node_attributes = &reading.node(n).attributes;
      context.parameters = &r.parameters.common;
      context.meta = &r.meta;
      if (!rule_holds(rule, context)) {
        continue;
      }
      const auto score = rule_score(rule, reading.node(n));
      if (score) {
        one.nodes.emplace_back(n, *score);
      }
    }
    mark_exclusive(reading, one, resource);
    reading.state.locations.push_back(std::move(one));
  }
}

void read_location(Reading& reading, pugi::xml_node xml) {
  if (xml.attribute("rsc")) {
    for (const int resource : constrained_resources(reading, attr(xml, "rsc"))) {
      add_location_for(reading, xml, resource, "");
    }
  } else if (xml.attribute("rsc-pattern")) {
    std::string pattern = attr(xml, "rsc-pattern");
    const bool inverted = !pattern.empty() && pattern[0] == '!';
    try {
      const std::regex regex(pattern.substr(inverted ? 1 : 0), std::regex::extended);
      for (const int top : std::vector<int>(reading.state.top_level)) {
        if (std::regex_search(reading.resource(top).id, regex) != inverted) {
          add_location_for(reading, xml, top, "");
        }
      }
    } catch (const std::regex_error&) {
      reading.state.problems.push_back("Ignoring constraint '" + attr(xml, "id") +
                                       "' with invalid pattern '" + pattern + "'");
    }
  }
  for (const pugi::xml_node set : xml.children("resource_set")) {
    for (const pugi::xml_node ref : set.children("resource_ref")) {
      for (const int resource : constrained_resources(reading, attr(ref, "id"))) {
        add_location_for(reading, xml, resource, attr(set, "role"));
      }
    }
  }
}

struct ColocationText {
  std::string id;
  int score = 0;
  std::string attribute;
  std::string influence;
};

void add_colocation(Reading& reading, const ColocationText& text, int dependent, int primary,
                    const std::string& dependent_role, const std::string& primary_role) {
  if (dependent < 0 || primary < 0 || text.score == 0) {
    return;
  }
  ColocationConstraint constraint;
  constraint.id = text.id;
  constraint.dependent = dependent;
  constraint.primary = primary;
  constraint.dependent_role = constraint_role(dependent_role);
  constraint.primary_role = constraint_role(primary_role);
  constraint.score = text.score;
  if (!text.attribute.empty()) {
    constraint.node_attribute = text.attribute;
  }
  constraint.influence = parse_bool(text.influence).value_or(reading.resource(dependent).critical);
  if (text.score <= -model::kInfinity) {
    reading.state.order_sequence.push_back(
        {model::OrderSource::Kind::apart, static_cast<int>(reading.state.colocations.size())});
  }
  reading.state.colocations.push_back(std::move(constraint));
}

std::vector<int> members_of(const Reading& reading, pugi::xml_node set) {
  std::vector<int> result;
  for (const pugi::xml_node ref : set.children("resource_ref")) {
    const auto found = constrained_resources(reading, attr(ref, "id"));
    result.insert(result.end(), found.begin(), found.end());
  }
  return result;
}

bool sequential(pugi::xml_node set) {
  return !set.attribute("sequential") || is_true(attr(set, "sequential"));
}

/// Within a set: each member with the one before it; an unordered set with a negative score keeps
/// each apart from each.
void colocate_within(Reading& reading, ColocationText text, pugi::xml_node set) {
  if (set.attribute("score")) {
    text.score = parse_score(attr(set, "score"));
  }
  const std::vector<int> members = members_of(reading, set);
  const std::string role = attr(set, "role");
  if (!sequential(set)) {
    if (text.score < 0) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          add_colocation(reading, text, members[i], members[j], role, role);
        }
      }
    }
    return;
  }
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (text.score >= 0) {
      add_colocation(reading, text, members[i], members[i - 1], role, role);
    } else {
      for (std::size_t j = 0; j < i; ++j) {
        add_colocation(reading, text, members[i], members[j], role, role);
      }
    }
  }
}

/// Between sets: the earlier is the dependent of the later.
void colocate_sets(Reading& reading, const ColocationText& text, pugi::xml_node first,
                   pugi::xml_node second) {
  const std::vector<int> a = members_of(reading, first);
  const std::vector<int> b = members_of(reading, second);
  if (a.empty() || b.empty()) {
    return;
  }
  const std::vector<int> dependents = sequential(first) ? std::vector<int>{a.front()} : a;
  const std::vector<int> primaries = sequential(second) ? std::vector<int>{b.back()} : b;
  for (const int dependent : dependents) {
    for (const int primary : primaries) {
      add_colocation(reading, text, dependent, primary, attr(first, "role"), attr(second, "role"));
    }
  }
}

void read_colocation(Reading& reading, pugi::xml_node xml) {
  ColocationText text{attr(xml, "id"), parse_score(attr(xml, "score")), attr(xml, "node-attribute"),
                      attr(xml, "influence")};
  if (!xml.child("resource_set")) {
    for (const int dependent : constrained_resources(reading, attr(xml, "rsc"))) {
      for (const int primary : constrained_resources(reading, attr(xml, "with-rsc"))) {
        add_colocation(reading, text, dependent, primary, attr(xml, "rsc-role"),
                       attr(xml, "with-rsc-role"));
      }
    }
    return;
  }
  pugi::xml_node previous;
  for (const pugi::xml_node raw : xml.children("resource_set")) {
    const pugi::xml_node set = reading.ids.resolve(raw);
    colocate_within(reading, text, set);
    if (previous) {
      colocate_sets(reading, text, previous, set);
    }
    previous = set;
  }
}

void read_ticket(Reading& reading, pugi::xml_node xml) {
  model::TicketConstraint base;
  base.id = attr(xml, "id");
  base.ticket = attr(xml, "ticket");
  const std::string policy = attr(xml, "loss-policy");
  const bool can_fence = reading.state.options.fencing_enabled;
  base.loss_policy = policy == "fence" && can_fence ? model::OnFail::fence
                     : policy == "freeze"           ? model::OnFail::ignore
                     : policy == "demote"           ? model::OnFail::demote
                                                    : model::OnFail::stop;
  const auto add = [&](const std::string& id, const std::string& role) {
    for (const int resource : constrained_resources(reading, id)) {
      model::TicketConstraint one = base;
      one.resource = resource;
      one.role = constraint_role(role);
      if (policy.empty() && one.role == Role::promoted) {
        one.loss_policy = model::OnFail::demote;
      }
      reading.state.ticket_constraints.push_back(one);
    }
  };
  reading.state.tickets[base.ticket].id = base.ticket;
  if (xml.attribute("rsc")) {
    add(attr(xml, "rsc"), attr(xml, "rsc-role"));
  }
  for (const pugi::xml_node set : xml.children("resource_set")) {
    for (const pugi::xml_node ref : set.children("resource_ref")) {
      add(attr(ref, "id"), attr(set, "role"));
    }
  }
}

}  // namespace

void read_constraints(Reading& reading) {
  for (const pugi::xml_node xml : reading.configuration().child("constraints").children()) {
    const std::string tag = xml.name();
    if (xml.child("lifetime").child("rule") &&
        !rule_holds(xml.child("lifetime").child("rule"), reading.rules())) {
      continue;
    }
    if (tag == "rsc_location") {
      read_location(reading, xml);
    } else if (tag == "rsc_colocation") {
      read_colocation(reading, xml);
    } else if (tag == "rsc_order") {
      read_order(reading, xml);
    } else if (tag == "rsc_ticket") {
      read_ticket(reading, xml);
    }
  }
}

}  // namespace mainstay::scheduler
