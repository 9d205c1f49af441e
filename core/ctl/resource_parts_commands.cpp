// SPDX-License-Identifier: Apache-2.0
// `mainstay resource group …`, `clone`, `promotable`, `unclone`, `op …` and `defaults`.
#include "core/ctl/clone_plan.h"
#include "core/ctl/invocation.h"
#include "core/ctl/resource_edit.h"
#include "core/ctl/resource_text.h"

namespace mainstay::ctl {
namespace {

int bad_words(const std::string& message) {
  tell("Error: " + message + "; see --help");
  return kBadUsage;
}

int group_add(const Invocation& invocation) {
  if (invocation.words.size() < 2) {
    return bad_words("resource group add wants a group id and resource ids");
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_group_add(cib, invocation.words[0],
                          Words(invocation.words.begin() + 1, invocation.words.end()),
                          invocation.before, invocation.after);
  });
}

int group_remove(const Invocation& invocation) {
  if (invocation.words.empty()) {
    return bad_words("resource group remove wants a group id and, at choice, resource ids");
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_group_remove(cib, invocation.words[0],
                             Words(invocation.words.begin() + 1, invocation.words.end()));
  });
}

int clone_of_kind(const Invocation& invocation, bool promotable) {
  const auto arguments = parse_clone(invocation.words, promotable);
  if (!arguments) {
    return bad_words(arguments.error().context);
  }
  return change_cib(invocation,
                    [&](const cib::Document& cib) { return plan_clone(cib, *arguments); });
}

int clone(const Invocation& invocation) {
  return clone_of_kind(invocation, false);
}
int promotable(const Invocation& invocation) {
  return clone_of_kind(invocation, true);
}

int unclone(const Invocation& invocation) {
  if (invocation.words.size() != 1) {
    return bad_words("resource unclone wants the id of a clone or of what is in it");
  }
  return change_cib(
      invocation, [&](const cib::Document& cib) { return plan_unclone(cib, invocation.words[0]); });
}

int operation(const Invocation& invocation, bool add) {
  if (invocation.words.size() < 2) {
    return bad_words("wants a resource id, an operation and NAME=VALUE");
  }
  const auto options = parse_options(Words(invocation.words.begin() + 2, invocation.words.end()));
  if (!options) {
    return bad_words(options.error().context);
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    const OperationArguments arguments{invocation.words[1], *options};
    return add ? plan_operation_add(cib, invocation.words[0], arguments)
               : plan_operation_remove(cib, invocation.words[0], arguments);
  });
}

int operation_add(const Invocation& invocation) {
  return operation(invocation, true);
}
int operation_remove(const Invocation& invocation) {
  return operation(invocation, false);
}

int defaults(const Invocation& invocation, const std::string& tag) {
  Words words = invocation.words;
  if (!words.empty() && (words[0] == "update" || words[0] == "config")) {
    words.erase(words.begin());
  }
  const auto values = parse_options(words);
  if (!values) {
    return bad_words(values.error().context);
  }
  if (!values->empty()) {
    return change_cib(invocation,
                      [&](const cib::Document& cib) { return plan_defaults(cib, tag, *values); });
  }
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  print(defaults_text(snapshot->cib, tag));
  return kDone;
}

int resource_defaults(const Invocation& invocation) {
  return defaults(invocation, "rsc_defaults");
}
int operation_defaults(const Invocation& invocation) {
  return defaults(invocation, "op_defaults");
}

void fill_group(Grammar group, Invocation& invocation) {
  Grammar added = add_command(group, invocation, "add", "Put resources into a group",
                              "GROUP RESOURCE [RESOURCE]…", group_add);
  added.add_option("--before", invocation.before, "In front of this member");
  added.add_option("--after", invocation.after, "Behind this member");
  add_command(group, invocation, "remove", "Take resources (or all) out of a group",
              "GROUP [RESOURCE]…", group_remove);
}

void fill_op(Grammar op, Invocation& invocation) {
  add_command(op, invocation, "add", "Add an operation",
              "RESOURCE OPERATION [NAME=VALUE]… (interval=, timeout=, on-fail=, role=)",
              operation_add);
  add_command(op, invocation, "remove", "Remove an operation", "RESOURCE OPERATION [NAME=VALUE]…",
              operation_remove);
  add_command(op, invocation, "defaults", "Show or set defaults of all operations",
              "[update] [NAME=VALUE]…", operation_defaults);
}

}  // namespace

void add_resource_parts(Grammar resource, Invocation& invocation) {
  add_group(resource, invocation, "group", "Groups of resources", fill_group);
  const char* const grammar = "RESOURCE|GROUP [CLONE-ID] [meta] [NAME=VALUE]…";
  add_wait(add_command(resource, invocation, "clone", "Run a resource or group on several nodes",
                       grammar, clone),
           invocation);
  add_wait(add_command(resource, invocation, "promotable",
                       "The same, with instances that can be promoted", grammar, promotable),
           invocation);
  add_wait(add_command(resource, invocation, "unclone", "Run it once again", "CLONE|RESOURCE|GROUP",
                       unclone),
           invocation);
  add_group(resource, invocation, "op", "Operations of a resource", fill_op);
  add_command(resource, invocation, "defaults", "Show or set meta attributes of all resources",
              "[update] [NAME=VALUE]…", resource_defaults);
}

}  // namespace mainstay::ctl
