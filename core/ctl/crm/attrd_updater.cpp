// SPDX-License-Identifier: Apache-2.0
// attrd_updater: transient attributes of nodes, dampened if wanted.
#include <fmt/format.h>

#include <optional>
#include <string>

#include "core/cib/duration.h"
#include "core/cib/history.h"
#include "core/ctl/cib_index.h"
#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"

namespace mainstay::ctl::crm {
namespace {

struct Asked {
  std::string name;
  std::optional<std::string> value;
  std::optional<std::string> value_and_delay;
  std::string node;
  std::string delay;
  std::string ignored;
  bool query = false;
  bool remove = false;
  bool all = false;
  bool delay_only = false;
  bool refresh = false;
  bool is_private = false;
};

void add_options(Run& run, Asked& asked) {
  const Grammar app = run.grammar();
  app.add_option("-n,--name", asked.name, "Name of the attribute");
  app.add_option("-U,-v,--update", asked.value, "Set it");
  app.add_option("-B,--update-both", asked.value_and_delay, "Set it and its delay");
  app.add_flag("-Y,--update-delay", asked.delay_only,
               "Of no effect: each update has its own delay");
  app.add_flag("-Q,--query", asked.query, "Show it");
  app.add_flag("-D,--delete", asked.remove, "Delete it");
  app.add_flag("-R,--refresh", asked.refresh, "Of no effect: nothing is ever out of date");
  app.add_option("-d,--delay", asked.delay, "How long it must not change before it counts");
  app.add_option("-N,--node", asked.node, "The node");
  app.add_flag("-A,--all", asked.all, "Show it for all nodes");
  app.add_flag("-p,--private", asked.is_private, "For agents alone: never in the CIB");
  app.add_option("-s,-S,--set,-l,--lifetime", asked.ignored, "Of no effect");
  app.add_flag("-q,--quiet", run.quiet, "Print values alone");
}

/// A private one, or one of the CIB.
std::optional<std::string> value_of(const Snapshot& snapshot, const std::string& node,
                                    const std::string& name) {
  if (snapshot.cluster) {
    const auto& by_node = snapshot.cluster->private_attributes;
    const auto own = by_node.find(node);
    if (own != by_node.end() && own->second.contains(name)) {
      return own->second.at(name);
    }
  }
  return cib::transient_attribute(snapshot.cib, node, name);
}

int show(const Run& run, const Asked& asked) {
  const auto snapshot = run.cluster().load();
  if (!snapshot) {
    return run.complain(snapshot.error());
  }
  Words nodes{asked.node.empty() ? local_node(*snapshot) : asked.node};
  if (asked.all) {
    nodes = node_names(snapshot->cib);
  }
  bool found = false;
  for (const std::string& node : nodes) {
    if (const auto value = value_of(*snapshot, node, asked.name)) {
      found = true;
      if (run.quiet) {
        fmt::print("{}\n", *value);
      } else {
        fmt::print("name=\"{}\" host=\"{}\" value=\"{}\"\n", asked.name, node, *value);
      }
    }
  }
  if (found) {
    return kOk;
  }
  return run.complain(fail(
      Errc::not_found, "Could not query value of " + asked.name + ": attribute does not exist"));
}

}  // namespace

int attrd_updater(int argc, char** argv) {
  Run run("attrd_updater");
  Asked asked;
  add_options(run, asked);
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (asked.refresh || asked.delay_only) {
    return kOk;
  }
  if (asked.name.empty()) {
    return run.complain(fail(Errc::invalid_input, "no name is given: use --name"));
  }
  const auto value = asked.value_and_delay ? asked.value_and_delay : asked.value;
  if (!value && !asked.remove) {
    return show(run, asked);
  }
  const auto delay = asked.delay.empty() ? Duration{0} : cib::parse_duration(asked.delay);
  if (!delay) {
    return run.complain(
        fail(Errc::invalid_input, "--delay: '" + asked.delay + "' is no length of time"));
  }
  return run.set_transient(asked.node, {.name = asked.name,
                                        .value = asked.remove ? std::nullopt : value,
                                        .dampening = *delay,
                                        .is_private = asked.is_private});
}

}  // namespace mainstay::ctl::crm
