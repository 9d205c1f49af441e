// SPDX-License-Identifier: Apache-2.0
// crm_resource, as far as agents use it: what is set for a resource, what was done with it.
#include <fmt/format.h>

#include <string>

#include "core/ctl/attribute_place.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"
#include "core/report/history_view.h"
#include "core/report/status_text.h"

namespace mainstay::ctl::crm {
namespace {

using Section = AttributePlace::Section;

struct Asked {
  std::string resource;
  std::string get;
  std::string set;
  std::string remove;
  std::string value;
  bool meta = false;
  bool utilization = false;
  bool operations = false;
  std::string node;

  const std::string& name() const { return !get.empty() ? get : !set.empty() ? set : remove; }
};

void list_operations(const model::ClusterState& state, const model::NodeState& node) {
  for (const model::HistoryResource& history : node.history) {
    if (history.resources.empty()) {
      continue;
    }
    const std::string resource = report::primitive_text(state, history.resources.front());
    for (const model::HistoryEntry& entry : history.entries) {
      fmt::print("{}: {}\n", resource, report::operation_text(entry, node.name));
    }
  }
}

/// What is known of resources, as far as agents ask.
int tell_state(const Run& run, const Asked& asked) {
  const auto known = run.state();
  if (!known) {
    return run.complain(known.error());
  }
  const model::ClusterState& state = known->state;
  if (!asked.node.empty() && state.find_node(asked.node) < 0) {
    return run.complain(fail(Errc::not_found, "Node '" + asked.node + "' not found"));
  }
  for (const model::NodeState& node : state.nodes) {
    if (asked.node.empty() || asked.node == node.name) {
      list_operations(state, node);
    }
  }
  return kOk;
}

int serve(const Run& run, const Asked& asked) {
  if (asked.operations) {
    return tell_state(run, asked);
  }
  if (asked.name().empty() || asked.resource.empty()) {
    return run.complain(
        fail(Errc::unsupported, "what is served: parameters of a resource, and --list-operations"));
  }
  const auto snapshot = run.cib().load();
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  const AttributePlace place{
      asked.utilization ? Section::capacity : (asked.meta ? Section::meta : Section::parameters),
      asked.resource, ""};
  if (asked.get.empty()) {
    return run.carry_out(plan_attributes(snapshot->cib, place, {{asked.name(), asked.value}}));
  }
  const auto found = attributes_at(snapshot->cib, place, asked.get);
  if (found.empty()) {
    return run.complain(fail(
        Errc::not_found, "Attribute '" + asked.get + "' not found for '" + asked.resource + "'"));
  }
  fmt::print("{}\n", found.front().second);
  return kOk;
}

}  // namespace

int crm_resource(int argc, char** argv) {
  Run run("crm_resource");
  Asked asked;
  const Grammar app = run.grammar();
  app.add_option("-r,--resource", asked.resource, "The resource");
  app.add_flag("-O,-o,--list-operations,--list-all-operations", asked.operations,
               "What was done, and what is not done yet");
  app.add_option("-N,--node", asked.node, "--list-operations: on this node");
  app.add_option("-g,--get-parameter", asked.get, "Show a parameter");
  app.add_option("-p,--set-parameter", asked.set, "Set a parameter");
  app.add_option("-d,--delete-parameter", asked.remove, "Delete a parameter");
  app.add_option("-v,--parameter-value", asked.value, "What to set it to");
  app.add_flag("-m,--meta", asked.meta, "It is a meta attribute");
  app.add_flag("-z,--utilization", asked.utilization, "It is what the resource uses of its node");
  app.add_flag("-Q,--quiet", run.quiet, "Of no effect");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  return serve(run, asked);
}

}  // namespace mainstay::ctl::crm
