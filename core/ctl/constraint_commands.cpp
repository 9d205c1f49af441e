// SPDX-License-Identifier: Apache-2.0
// `mainstay constraint …`.
#include "core/ctl/constraint_plan.h"
#include "core/ctl/invocation.h"

namespace mainstay::ctl {
namespace {

int config(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  print(constraint_text(snapshot->cib, invocation.full));
  return kDone;
}

int location(const Invocation& invocation) {
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_location(cib, invocation.words, invocation.force);
  });
}

int order(const Invocation& invocation) {
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_order(cib, invocation.words, invocation.force);
  });
}

int colocation(const Invocation& invocation) {
  Words words = invocation.words;
  if (!words.empty() && words[0] == "add") {
    words.erase(words.begin());
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_colocation(cib, words, invocation.force);
  });
}

int remove(const Invocation& invocation) {
  if (invocation.words.empty()) {
    tell("Error: constraint delete wants constraint ids; see --help");
    return kBadUsage;
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_constraint_delete(cib, invocation.words);
  });
}

void fill_constraint(Grammar group, Invocation& invocation) {
  group.add_flag("--full", invocation.full, "Show constraint ids");
  add_command(group, invocation, "config", "Show all constraints", "", config)
      .add_flag("--full", invocation.full, "Show constraint ids");
  add_command(group, invocation, "location", "Where a resource may run",
              "RESOURCE prefers|avoids NODE[=SCORE] [NODE[=SCORE]]…", location);
  add_command(group, invocation, "order", "Which resource acts first",
              "[ACTION] RESOURCE then [ACTION] RESOURCE [kind=Optional|Mandatory|Serialize] "
              "[symmetrical=true|false] [require-all=true|false] [id=ID]; ACTION is start, stop, "
              "promote or demote",
              order);
  add_command(group, invocation, "colocation", "Which resources run together",
              "add [ROLE] RESOURCE with [ROLE] RESOURCE [SCORE] [id=ID]", colocation);
  add_command(group, invocation, "delete", "Delete constraints", "ID [ID]…", remove);
  add_command(group, invocation, "remove", "Delete constraints", "ID [ID]…", remove);
}

}  // namespace

void add_constraint_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "constraint", "Manage resource constraints", fill_constraint, config);
}

}  // namespace mainstay::ctl
