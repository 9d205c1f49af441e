// SPDX-License-Identifier: Apache-2.0
// `mainstay property …` and `mainstay node …`.
#include "core/ctl/invocation.h"
#include "core/ctl/settings_plan.h"

namespace mainstay::ctl {
namespace {

int property_config(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  print(property_text(snapshot->cib, invocation.words));
  return kDone;
}

int property_set(const Invocation& invocation) {
  const auto values = parse_options(invocation.words);
  if (!values) {
    return complain(values.error());
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_property_set(cib, *values, invocation.force);
  });
}

int property_unset(const Invocation& invocation) {
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_property_unset(cib, invocation.words, invocation.force);
  });
}

int set_attribute(const Invocation& invocation, const char* name, const char* value) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto nodes = chosen_nodes(invocation, *snapshot);
  if (!nodes) {
    return complain(nodes.error());
  }
  return carry_out(invocation, plan_node_attribute(snapshot->cib, *nodes, name, value));
}

int standby(const Invocation& invocation) {
  return set_attribute(invocation, "standby", "on");
}
int unstandby(const Invocation& invocation) {
  return set_attribute(invocation, "standby", "");
}
int maintenance(const Invocation& invocation) {
  return set_attribute(invocation, "maintenance", "true");
}
int unmaintenance(const Invocation& invocation) {
  return set_attribute(invocation, "maintenance", "");
}

void fill_property(Grammar property, Invocation& invocation) {
  add_command(property, invocation, "set", "Set properties", "NAME=VALUE [NAME=VALUE]…",
              property_set);
  add_command(property, invocation, "unset", "Back to the default", "NAME [NAME]…", property_unset);
  add_command(property, invocation, "config", "Show what is set", "[NAME]…", property_config);
}

void fill_node(Grammar node, Invocation& invocation) {
  struct Row {
    const char* name;
    const char* description;
    Command command;
  };
  for (const Row& row :
       {Row{"standby", "Run no resources on nodes (this one unless named)", standby},
        Row{"unstandby", "Let nodes run resources again", unstandby},
        Row{"maintenance", "Leave the resources of nodes alone", maintenance},
        Row{"unmaintenance", "Manage the resources of nodes again", unmaintenance}}) {
    Grammar command =
        add_command(node, invocation, row.name, row.description, "[NODE]…", row.command);
    command.add_flag("--all", invocation.all, "All nodes");
    add_wait(command, invocation);
  }
  add_node_attributes(node, invocation);
}

}  // namespace

void add_settings_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "property", "Manage cluster properties", fill_property,
            property_config);
  add_group(app, invocation, "node", "Manage cluster nodes", fill_node);
}

}  // namespace mainstay::ctl
