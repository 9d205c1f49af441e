// SPDX-License-Identifier: Apache-2.0
// crm_attribute and crm_master: attributes of nodes, options of the cluster, scores for promotion.
#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "core/ctl/attribute_place.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"

namespace mainstay::ctl::crm {
namespace {

using Section = AttributePlace::Section;

struct Asked {
  std::string name;
  std::optional<std::string> promotion;  ///< a resource; empty: the agent's own
  std::optional<std::string> value;
  std::optional<std::string> fallback;
  std::string type;
  std::string lifetime;
  std::string node;
  std::string set_id;
  std::string id;
  bool remove = false;
  bool query = false;
  bool utilization = false;
};

void add_options(Run& run, Asked& asked) {
  const Grammar app = run.grammar();
  app.add_option("-n,--name,--attr-name", asked.name, "Name of the attribute or option");
  app.add_option("-v,--update,--attr-value", asked.value, "Set it");
  app.add_flag("-D,--delete,--delete-attr", asked.remove, "Delete it");
  app.add_flag("-G,--query,--get-value", asked.query, "Show it");
  app.add_flag("-q,-Q,--quiet", run.quiet, "Print the value alone");
  app.add_option("-N,-U,--node,--uname", asked.node, "The node");
  app.add_option("-l,--lifetime", asked.lifetime, "reboot or forever");
  app.add_option("-d,--default", asked.fallback, "What to show if it is not set");
  app.add_option("-s,--set-name", asked.set_id, "The set with this id");
  app.add_option("-i,--id", asked.id, "Of no effect");
}

/// The one of this agent's resource; empty: there is none.
std::string own_resource() {
  const char* resource = std::getenv("OCF_RESOURCE_INSTANCE");  // NOLINT(concurrency-mt-unsafe)
  return resource == nullptr ? "" : resource;
}

/// Nothing: there is no such section.
std::optional<Section> section_of(const Asked& asked) {
  if (asked.utilization) {
    return Section::utilization;
  }
  if (asked.lifetime == "reboot" || asked.type == "status") {
    return Section::status;
  }
  if (asked.lifetime == "forever" || asked.type == "nodes") {
    return Section::nodes;
  }
  if (!asked.lifetime.empty()) {
    return std::nullopt;
  }
  if (asked.type.empty()) {
    return asked.promotion ? Section::status
                           : (asked.node.empty() ? Section::crm_config : Section::nodes);
  }
  for (const Section section : {Section::crm_config, Section::rsc_defaults, Section::op_defaults}) {
    if (asked.type == section_name(section)) {
      return section;
    }
  }
  return std::nullopt;
}

int show(const Run& run, const Asked& asked, const Snapshot& snapshot,
         const AttributePlace& place) {
  auto found = attributes_at(snapshot.cib, place, asked.name);
  if (found.empty() && asked.fallback) {
    found.emplace_back(asked.name, *asked.fallback);
  }
  if (found.empty()) {
    return run.nothing_there();
  }
  for (const auto& [name, value] : found) {
    if (run.quiet) {
      fmt::print("{}\n", value);
    } else {
      fmt::print("scope={}  name={} value={}\n", section_name(place.section), name, value);
    }
  }
  return kOk;
}

int change(const Run& run, const Asked& asked, const Snapshot& snapshot,
           const AttributePlace& place) {
  if (place.section == Section::status) {
    return run.set_transient(
        place.owner, {.name = asked.name, .value = asked.remove ? std::nullopt : asked.value});
  }
  if (asked.remove) {
    for (const auto& [name, value] : attributes_at(snapshot.cib, place, asked.name)) {
      fmt::print("Deleted {} attribute: name={}\n", section_name(place.section), name);
    }
  }
  return run.carry_out(
      plan_attributes(snapshot.cib, place, {{asked.name, asked.remove ? "" : *asked.value}}));
}

int serve(const Run& run, Asked& asked) {
  if (asked.promotion) {
    const std::string resource = asked.promotion->empty() ? own_resource() : *asked.promotion;
    if (resource.empty()) {
      return run.complain(
          fail(Errc::invalid_input, "no resource: neither given nor in OCF_RESOURCE_INSTANCE"));
    }
    asked.name = "master-" + resource;
  }
  const auto section = section_of(asked);
  if (!section) {
    return run.complain(fail(Errc::invalid_input, "there are no attributes of type '" + asked.type +
                                                      "' and lifetime '" + asked.lifetime + "'"));
  }
  const bool changes = asked.remove || asked.value;
  if (changes && asked.name.empty()) {
    return run.complain(fail(Errc::invalid_input, "no name is given: use --name"));
  }
  const auto snapshot = run.cib().load();
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  AttributePlace place{*section, "", asked.set_id};
  if (*section == Section::status || *section == Section::nodes ||
      *section == Section::utilization) {
    place.owner = asked.node.empty() ? local_node(*snapshot) : asked.node;
  }
  return changes ? change(run, asked, *snapshot, place) : show(run, asked, *snapshot, place);
}

}  // namespace

int crm_attribute(int argc, char** argv) {
  Run run("crm_attribute");
  Asked asked;
  add_options(run, asked);
  run.grammar().add_option("-t,--type", asked.type,
                           "crm_config, nodes, status, rsc_defaults, op_defaults");
  run.grammar().add_flag("-z,--utilization", asked.utilization, "A capacity of the node");
  const OptionRule promotion =
      run.grammar()
          .add_option("-p,--promotion", asked.promotion, "The promotion score of a resource")
          .value_is_optional();
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (promotion.was_given() && !asked.promotion) {
    asked.promotion.emplace();
  }
  return serve(run, asked);
}

int crm_master(int argc, char** argv) {
  Run run("crm_master");
  Asked asked;
  asked.promotion.emplace();
  add_options(run, asked);
  run.grammar().add_option("-r,--resource", *asked.promotion,
                           "The resource, if not the agent's own");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  return serve(run, asked);
}

}  // namespace mainstay::ctl::crm
