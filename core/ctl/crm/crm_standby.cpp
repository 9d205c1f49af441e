// SPDX-License-Identifier: Apache-2.0
// crm_standby and crm_failcount: what is kept as attributes, under names of its own.
#include <fmt/format.h>

#include <optional>
#include <string>

#include "core/cib/history.h"
#include "core/ctl/attribute_place.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"
#include "core/ctl/history_plan.h"
#include "core/report/history_view.h"

namespace mainstay::ctl::crm {
namespace {

constexpr const char* kStandby = "standby";

struct Asked {
  std::optional<std::string> value;
  std::string node;
  std::string lifetime;
  std::string resource;
  std::string ignored;
  bool query = false;
  bool remove = false;
};

void add_common_options(Run& run, Asked& asked) {
  const Grammar app = run.grammar();
  app.add_flag("-G,--query,--get-value", asked.query, "Show it");
  app.add_flag("-D,--delete,--delete-attr", asked.remove, "Delete it");
  app.add_option("-N,-U,--node,--uname", asked.node, "The node, if not this one");
  app.add_option("-i,--id,--attr-id", asked.ignored, "Of no effect");
  app.add_flag("-q,-Q,--quiet", run.quiet, "Print the value alone");
}

int tell(const Run& run, const char* scope, const std::string& name, const std::string& value) {
  if (run.quiet) {
    fmt::print("{}\n", value);
  } else {
    fmt::print("scope={}  name={} value={}\n", scope, name, value);
  }
  return kOk;
}

AttributePlace for_good(const std::string& node) {
  return {AttributePlace::Section::nodes, node, ""};
}

/// What is set for good goes before what is set until the node leaves.
int show_standby(const Run& run, const Asked& asked, const cib::Document& cib) {
  const auto lasting = attributes_at(cib, for_good(asked.node), kStandby);
  if (!lasting.empty() && asked.lifetime != "reboot") {
    return tell(run, "nodes", kStandby, lasting.front().second);
  }
  if (asked.lifetime == "forever") {
    return run.nothing_there();
  }
  return tell(run, "status", kStandby,
              cib::transient_attribute(cib, asked.node, kStandby).value_or("off"));
}

int set_standby(const Run& run, const Asked& asked, const cib::Document& cib) {
  const auto value = asked.remove ? std::nullopt : asked.value;
  const bool both = asked.remove && asked.lifetime.empty();
  if (both || asked.lifetime == "reboot") {
    const int done = run.set_transient(asked.node, {.name = kStandby, .value = value});
    if (done != kOk || !both) {
      return done;
    }
  }
  return run.carry_out(
      plan_attributes(cib, for_good(asked.node), {{kStandby, value.value_or("")}}));
}

int show_failures(const Run& run, const Asked& asked) {
  const auto known = run.state();
  if (!known) {
    return run.complain(known.error());
  }
  const int node = known->state.find_node(asked.node);
  const auto& nodes = known->state.nodes;
  const int count =
      node < 0 ? 0 : report::fail_count(nodes[static_cast<std::size_t>(node)], asked.resource);
  return tell(run, "status", "fail-count-" + asked.resource,
              count >= model::kInfinity ? "INFINITY" : std::to_string(count));
}

/// The CIB, with the node filled in.
Result<Snapshot> load(const Run& run, Asked& asked) {
  auto snapshot = run.cib().load();
  if (snapshot && asked.node.empty()) {
    asked.node = local_node(*snapshot);
  }
  return snapshot;
}

}  // namespace

int crm_standby(int argc, char** argv) {
  Run run("crm_standby");
  Asked asked;
  add_common_options(run, asked);
  run.grammar().add_option("-v,--update,--attr-value", asked.value, "on or off");
  run.grammar()
      .add_option("-l,--lifetime", asked.lifetime, "reboot or forever")
      .one_of({"reboot", "forever"});
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  const auto snapshot = load(run, asked);
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  return asked.value || asked.remove ? set_standby(run, asked, snapshot->cib)
                                     : show_standby(run, asked, snapshot->cib);
}

int crm_failcount(int argc, char** argv) {
  Run run("crm_failcount");
  Asked asked;
  add_common_options(run, asked);
  run.grammar()
      .add_option("-r,--resource,--resource-id", asked.resource, "The resource")
      .required();
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (asked.query == asked.remove) {
    return run.complain(fail(Errc::invalid_input, "one command is wanted: --query or --delete"));
  }
  const auto snapshot = load(run, asked);
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  return asked.query ? show_failures(run, asked)
                     : run.carry_out(plan_forget(snapshot->cib, asked.resource, asked.node,
                                                 Forget::failures));
}

}  // namespace mainstay::ctl::crm
