// SPDX-License-Identifier: Apache-2.0
// `mainstay resource …`.
#include <fmt/format.h>

#include <string_view>

#include <pugixml.hpp>

#include "core/ctl/cib_index.h"
#include "core/ctl/constraint_plan.h"
#include "core/ctl/history_plan.h"
#include "core/ctl/invocation.h"
#include "core/ctl/resource_edit.h"
#include "core/ctl/resource_text.h"
#include "core/ctl/status_view.h"

namespace mainstay::ctl {
namespace {

int bad_words(const std::string& message) {
  tell("Error: " + message + "; see --help");
  return kBadUsage;
}

/// The description, or nothing with a warning when --force allows to go on without.
Result<std::optional<agent::AgentInfo>> described(const Invocation& invocation,
                                                  const model::AgentName& name) {
  auto info = invocation.agents().describe(name);
  if (info) {
    return std::optional(*info);
  }
  if (!invocation.force) {
    Error error = info.error();
    error.context += ", use --force to override";
    return error;
  }
  tell("Warning: " + info.error().context);
  return std::optional<agent::AgentInfo>();
}

int create(const Invocation& invocation) {
  auto arguments = parse_create(invocation.words);
  if (!arguments) {
    return bad_words(arguments.error().context);
  }
  arguments->group = invocation.group;
  arguments->before = invocation.before;
  arguments->after = invocation.after;
  arguments->disabled = invocation.disabled;
  arguments->no_default_ops = invocation.no_default_ops;
  arguments->force = invocation.force;
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto name = invocation.agents().complete(arguments->agent);
  if (!name) {
    return complain(name.error());
  }
  if (name->text() != arguments->agent) {
    tell("Assumed agent name '" + name->text() + "' (deduced from '" + arguments->agent + "')");
  }
  const auto info = described(invocation, *name);
  if (!info) {
    return complain(info.error());
  }
  return carry_out(invocation, plan_resource_create(snapshot->cib, *arguments, *name, *info));
}

int update(const Invocation& invocation) {
  Words words = invocation.words;
  if (words.empty()) {
    return bad_words("resource update wants a resource id");
  }
  words.insert(words.begin() + 1, "-");
  auto arguments = parse_create(words);
  if (!arguments) {
    return bad_words(arguments.error().context);
  }
  if (arguments->clone) {
    return bad_words("resource update takes parameters, op and meta");
  }
  arguments->force = invocation.force;
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  std::optional<agent::AgentInfo> info;
  const pugi::xml_node primitive = find_resource(snapshot->cib, arguments->id);
  if (primitive && !arguments->parameters.empty()) {
    auto found = described(
        invocation, {primitive.attribute("class").value(), primitive.attribute("provider").value(),
                     primitive.attribute("type").value()});
    if (!found) {
      return complain(found.error());
    }
    info = *found;
  }
  return carry_out(invocation, plan_resource_update(snapshot->cib, *arguments, info));
}

int enable(const Invocation& invocation) {
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_resource_enable(cib, invocation.words);
  });
}

int disable(const Invocation& invocation) {
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_resource_disable(cib, invocation.words);
  });
}

int meta(const Invocation& invocation) {
  if (invocation.words.size() < 2) {
    return bad_words("resource meta wants a resource id and NAME=VALUE");
  }
  const auto values = parse_options(Words(invocation.words.begin() + 1, invocation.words.end()));
  if (!values) {
    return bad_words(values.error().context);
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_resource_meta(cib, {invocation.words[0]}, *values);
  });
}

int set_managed(const Invocation& invocation, const char* value) {
  if (invocation.words.empty()) {
    return bad_words("which resources? ID [ID]…");
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_resource_meta(cib, invocation.words, {{"is-managed", value}});
  });
}
int manage(const Invocation& invocation) {
  return set_managed(invocation, "");
}
int unmanage(const Invocation& invocation) {
  return set_managed(invocation, "false");
}

/// The uname where a resource runs alone, for `ban` without a node.
Result<std::string> where_it_runs(const Snapshot& snapshot, const std::string& id) {
  if (!snapshot.cluster) {
    return fail(Errc::invalid_input, "You must specify a node when working on a file");
  }
  const auto view = make_status_view(snapshot.cib, *snapshot.cluster, wall_now());
  if (!view) {
    return view.error();
  }
  const int found = view->state.find_resource(id);
  if (found < 0) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + id + "' does not exist");
  }
  const auto& nodes = view->state.resources[static_cast<std::size_t>(found)].running_on;
  if (nodes.size() != 1) {
    return fail(Errc::invalid_input, "Resource '" + id + "' runs on " +
                                         std::to_string(nodes.size()) +
                                         " nodes: you must specify a node");
  }
  return view->state.nodes[static_cast<std::size_t>(nodes[0])].name;
}

int ban(const Invocation& invocation) {
  if (invocation.words.empty() || invocation.words.size() > 2) {
    return bad_words("resource ban wants a resource id and, at choice, a node");
  }
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto node = invocation.words.size() == 2 ? Result<std::string>(invocation.words[1])
                                                 : where_it_runs(*snapshot, invocation.words[0]);
  if (!node) {
    return complain(node.error());
  }
  return carry_out(invocation, plan_ban(snapshot->cib, invocation.words[0], *node));
}

int clear(const Invocation& invocation) {
  if (invocation.words.empty() || invocation.words.size() > 2) {
    return bad_words("resource clear wants a resource id and, at choice, a node");
  }
  return change_cib(invocation, [&](const cib::Document& cib) {
    return plan_clear(cib, invocation.words[0],
                      invocation.words.size() == 2 ? invocation.words[1] : "");
  });
}

int forget(const Invocation& invocation, Forget what) {
  std::string resource;
  std::string node;
  for (const std::string& word : invocation.words) {
    if (word.rfind("node=", 0) == 0) {
      node = word.substr(5);
    } else if (resource.empty() && word.find('=') == std::string::npos) {
      resource = word;
    } else {
      return bad_words("'" + word + "' is not understood");
    }
  }
  return change_cib(
      invocation, [&](const cib::Document& cib) { return plan_forget(cib, resource, node, what); });
}

int cleanup(const Invocation& invocation) {
  return forget(invocation, Forget::failures);
}
int refresh(const Invocation& invocation) {
  return forget(invocation, Forget::all);
}

int config(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto text = resource_config_text(snapshot->cib, invocation.words);
  if (!text) {
    return complain(text.error());
  }
  print(*text);
  return kDone;
}

int latency(const Invocation& invocation) {
  const auto times = invocation.cib().monitor_times();
  if (!times) {
    return complain(times.error());
  }
  print(latency_text(*times, invocation.words));
  return kDone;
}

int status(const Invocation& invocation) {
  const auto snapshot = invocation.cib().load();
  if (!snapshot) {
    return complain(snapshot.error());
  }
  const auto view = make_status_view(
      snapshot->cib, snapshot->cluster.value_or(control::ClusterStatus{}), wall_now());
  if (!view) {
    return complain(view.error());
  }
  print(view->state.resources.empty() ? "NO resources configured\n" : resource_list_text(*view));
  return kDone;
}

void fill_resource(Grammar resource, Invocation& invocation) {
  add_command(resource, invocation, "status", "Show the resources and where they run", "", status);
  Grammar command = add_command(
      resource, invocation, "create", "Create a resource",
      "ID CLASS:[PROVIDER:]TYPE [NAME=VALUE]… [op OPERATION [NAME=VALUE]…]… [meta NAME=VALUE…] "
      "[clone|promotable [ID] [NAME=VALUE]…]",
      create);
  command.add_option("--group", invocation.group, "Put it into this group, made if need be");
  command.add_option("--before", invocation.before, "In the group: in front of this member");
  command.add_option("--after", invocation.after, "In the group: behind this member");
  command.add_flag("--disabled", invocation.disabled, "Do not start it");
  command.add_flag("--no-default-ops", invocation.no_default_ops,
                   "Only monitor operations of the agent's meta-data");
  add_wait(command, invocation);
  for (const char* name : {"delete", "remove"}) {
    add_wait(
        add_command(resource, invocation, name, "Stop and delete resources and what names them",
                    "ID [ID]…", delete_resource),
        invocation);
  }
  add_wait(
      add_command(resource, invocation, "update", "Change parameters, operations, meta attributes",
                  "ID [NAME=VALUE]… [op OPERATION NAME=VALUE…]… [meta NAME=VALUE…]; an empty "
                  "VALUE removes",
                  update),
      invocation);
  add_wait(add_command(resource, invocation, "enable", "Let the cluster start resources",
                       "ID [ID]…", enable),
           invocation);
  add_wait(add_command(resource, invocation, "disable", "Stop resources and keep them stopped",
                       "ID [ID]…", disable),
           invocation);
  add_wait(add_command(resource, invocation, "move",
                       "Move a resource to another node; leaves no constraint behind", "ID [NODE]",
                       move_resource),
           invocation);
  add_wait(add_command(resource, invocation, "ban", "Keep a resource off a node", "ID [NODE]", ban),
           invocation);
  add_wait(add_command(resource, invocation, "clear", "Remove what ban and move left", "ID [NODE]",
                       clear),
           invocation);
  add_command(resource, invocation, "cleanup", "Forget failures", "[ID] [node=NODE]", cleanup);
  add_command(resource, invocation, "refresh", "Forget the history and look again",
              "[ID] [node=NODE]", refresh);
  add_command(resource, invocation, "config", "Show how resources are configured", "[ID]…", config);
  add_command(resource, invocation, "latency", "Show how long the monitors of this node take",
              "[ID]…", latency);
  add_agent_lists(resource, invocation);
  add_command(resource, invocation, "unmanage", "Leave resources alone, whatever they do", "ID…",
              unmanage);
  add_command(resource, invocation, "manage", "Manage resources again", "ID…", manage);
  add_command(resource, invocation, "meta", "Set meta attributes",
              "ID NAME=VALUE…; an empty VALUE removes", meta);
  add_resource_parts(resource, invocation);
  add_resource_attributes(resource, invocation);
}

}  // namespace

void add_resource_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "resource", "Manage cluster resources", fill_resource, status);
}

}  // namespace mainstay::ctl
