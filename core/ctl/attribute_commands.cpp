// SPDX-License-Identifier: Apache-2.0
// `mainstay node attribute`, `mainstay node utilization`, `mainstay resource utilization`.
#include <fmt/format.h>

#include <pugixml.hpp>

#include "core/ctl/attribute_place.h"
#include "core/ctl/cib_index.h"
#include "core/ctl/invocation.h"

namespace mainstay::ctl {
namespace {

using Section = AttributePlace::Section;

/// " node1: loc=office", a line for each owner that has any.
std::string attributes_text(const cib::Document& cib, Section section, const Words& owners) {
  std::string text;
  for (const std::string& owner : owners) {
    std::string line;
    for (const auto& [name, value] : attributes_at(cib, {section, owner, ""}, "")) {
      line += fmt::format(" {}={}", name, value);
    }
    text += line.empty() ? "" : fmt::format(" {}:{}\n", owner, line);
  }
  return text;
}

Words resource_names(const cib::Document& cib) {
  Words names;
  for (const pugi::xml_node resource : section(cib, "resources").children()) {
    for (const pugi::xml_node primitive : primitives_of(resource)) {
      names.emplace_back(primitive.attribute("id").value());
    }
  }
  return names;
}

/// Nothing given: shows all; an owner alone: its own; with NAME=VALUE: sets.
int serve(const Invocation& invocation, Section section, const char* heading,
          Words (*owners)(const cib::Document&)) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const Words& words = invocation.words;
  if (words.size() < 2) {
    print(fmt::format(
        "{}:\n{}", heading,
        attributes_text(snapshot->cib, section, words.empty() ? owners(snapshot->cib) : words)));
    return kDone;
  }
  const auto values = parse_options(Words(words.begin() + 1, words.end()));
  if (!values) {
    return complain(values.error());
  }
  return carry_out(invocation, plan_attributes(snapshot->cib, {section, words[0], ""}, *values));
}

int node_attribute(const Invocation& invocation) {
  return serve(invocation, Section::nodes, "Node Attributes", node_names);
}
int node_utilization(const Invocation& invocation) {
  return serve(invocation, Section::utilization, "Node Utilization", node_names);
}
int resource_utilization(const Invocation& invocation) {
  return serve(invocation, Section::capacity, "Resource Utilization", resource_names);
}

}  // namespace

void add_node_attributes(Grammar node, Invocation& invocation) {
  const char* grammar = "[NODE [NAME=VALUE]…]; an empty VALUE removes";
  add_command(node, invocation, "attribute", "Show or set attributes, for rules and locations",
              grammar, node_attribute);
  add_command(node, invocation, "utilization", "Show or set what nodes have to give", grammar,
              node_utilization);
}

void add_resource_attributes(Grammar resource, Invocation& invocation) {
  add_command(resource, invocation, "utilization", "Show or set what resources take of their node",
              "[ID [NAME=VALUE]…]; an empty VALUE removes", resource_utilization);
}

}  // namespace mainstay::ctl
