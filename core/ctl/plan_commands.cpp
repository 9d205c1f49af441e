// SPDX-License-Identifier: Apache-2.0
// `mainstay simulate`, `plan` and `explain`: what the scheduler does, would do, and why.
#include <iostream>

#include <pugixml.hpp>

#include "core/ctl/cib_file.h"
#include "core/ctl/explain.h"
#include "core/ctl/invocation.h"
#include "core/ctl/simulate.h"
#include "core/ctl/what_if.h"
#include "core/scheduler/read/reader.h"

namespace mainstay::ctl {
namespace {

int simulate(const Invocation& invocation) {
  SimulateOptions options;
  options.file = invocation.name;
  options.time = invocation.wait;
  options.execute = invocation.start;
  options.scores = invocation.full;
  options.json = invocation.json;
  options.graph_file = invocation.output;
  options.output_file = invocation.group;
  return run_simulate(options, std::cout, std::cerr);
}

/// A copy of the running cluster's CIB (or the file's), to be changed at will.
Status copy_cib(const Invocation& invocation, pugi::xml_document& into) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return snapshot.error();
  }
  into.append_copy(snapshot->cib.root());
  return Done{};
}

/// Another configuration for the same cluster: the status stays.
Status replace_configuration(pugi::xml_document& cib, const std::string& path) {
  const auto read = read_cib_file(path);
  if (!read) {
    return read.error();
  }
  pugi::xml_node root = cib.child("cib");
  root.remove_child("configuration");
  root.prepend_copy(read->root().child("configuration"));
  return Done{};
}

int plan(const Invocation& invocation) {
  pugi::xml_document cib;
  if (const auto copied = copy_cib(invocation, cib); !copied) {
    return complain(copied.error());
  }
  if (!invocation.name.empty()) {
    if (const Status replaced = replace_configuration(cib, invocation.name); !replaced) {
      return complain(replaced.error());
    }
  }
  const Assumptions assumptions{invocation.group, invocation.before, invocation.after,
                                invocation.wait};
  if (const Status assumed = assume(cib.child("cib"), assumptions); !assumed) {
    return complain(assumed.error());
  }
  const auto text = invocation.json ? plan_json(cib.child("cib"), wall_now())
                                    : plan_text(cib.child("cib"), wall_now());
  if (!text) {
    return complain(text.error());
  }
  print(*text);
  return kDone;
}

int explain_resource(const Invocation& invocation) {
  if (invocation.words.size() != 1) {
    tell("Error: explain wants one resource; see --help");
    return kBadUsage;
  }
  pugi::xml_document cib;
  if (const auto copied = copy_cib(invocation, cib); !copied) {
    return complain(copied.error());
  }
  const auto state = scheduler::read_cluster_state(cib.child("cib"), wall_now());
  if (!state) {
    return complain(state.error());
  }
  const auto explained = explain(*state, invocation.words.front());
  if (!explained) {
    return complain(explained.error());
  }
  print(invocation.json ? explanation_json(*explained) : explanation_text(*explained));
  return kDone;
}

}  // namespace

void add_plan_commands(Grammar app, Invocation& invocation) {
  Grammar command = add_command(app, invocation, "simulate",
                                "Show what would be done with a CIB file", "", simulate);
  command.add_option("-x,--xml-file", invocation.name, "The CIB").required();
  command.add_option("-t,--set-datetime", invocation.wait, "Pretend that it is this time");
  command.add_option("-G,--save-graph", invocation.output, "Write the transition graph to a file");
  command.add_option("-O,--save-output", invocation.group,
                     "Write the CIB to a file as it is afterwards (with -S)");
  command.add_flag("-S,--simulate", invocation.start, "Carry it out and show the result");
  command.add_flag("-s,--show-scores", invocation.full, "Show every score that decided");
  command.add_flag("--json", invocation.json, "Decisions and actions for programs");
  command =
      add_command(app, invocation, "plan",
                  "Show what would happen to the cluster, and why; nothing is changed", "", plan);
  command.add_option("--standby", invocation.group, "If this node went to standby");
  command.add_option("--node-down", invocation.before, "If this node were lost");
  command.add_option("--fail", invocation.after,
                     "If a monitor failed: RESOURCE@NODE[=EXIT CODE], 7 if not given");
  command.add_option("--quorum", invocation.wait, "If there were quorum: yes or no");
  command.add_option("--cib", invocation.name, "If this file were the configuration");
  command.add_flag("--json", invocation.json, "Decisions and actions for programs");
  command = add_command(app, invocation, "explain",
                        "Tell why a resource is where it is: every score and what it came from",
                        "RESOURCE", explain_resource);
  command.add_flag("--json", invocation.json, "For programs");
}

}  // namespace mainstay::ctl
