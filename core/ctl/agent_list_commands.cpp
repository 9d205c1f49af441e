// SPDX-License-Identifier: Apache-2.0
// `mainstay resource list|standards|providers|describe`, `mainstay agents`: what this host has.
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "core/ctl/invocation.h"
#include "core/ctl/resource_text.h"

namespace mainstay::ctl {
namespace {

/// The user's, as the locale's variables rank.
std::string language() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): one thread
    if (value != nullptr && *value != '\0') {
      return value;
    }
  }
  return {};
}

int describe(const Invocation& invocation) {
  if (invocation.words.size() != 1) {
    tell("Error: resource describe wants one agent; see --help");
    return kBadUsage;
  }
  const AgentDescriptions agents = invocation.agents();
  const auto name = agents.complete(invocation.words[0]);
  if (!name) {
    return complain(name.error());
  }
  const auto info = agents.describe(*name);
  if (!info) {
    return complain(info.error());
  }
  print(description_text(agent::in_language(*info, language()), name->text()));
  return kDone;
}

/// Units and init scripts under the class that stands for whichever of the two a node has.
std::set<std::string> services_of(const std::vector<std::string>& names) {
  std::set<std::string> services;
  for (const std::string& text : names) {
    const auto name = model::AgentName::parse(text);
    if (name && (name->standard == "systemd" || name->standard == "lsb")) {
      services.insert(model::AgentName{"service", "", name->type}.text());
    }
  }
  return services;
}

int list(const Invocation& invocation) {
  auto names = invocation.agents().list();
  if (!names) {
    return complain(names.error());
  }
  const std::string filter = invocation.words.empty() ? "" : invocation.words[0];
  // Every service has another name already: only who asks for these wants to see them.
  if (filter.starts_with("service")) {
    const std::set<std::string> services = services_of(*names);
    names->insert(names->end(), services.begin(), services.end());
  }
  for (const std::string& name : *names) {
    if (name.find(filter) != std::string::npos) {
      print(name + "\n");
    }
  }
  return kDone;
}

/// The classes, or the providers, of all agents.
int list_part(const Invocation& invocation, bool providers) {
  const auto names = invocation.agents().list();
  if (!names) {
    return complain(names.error());
  }
  std::set<std::string> parts;
  for (const std::string& text : *names) {
    const auto name = model::AgentName::parse(text);
    if (name && !(providers && name->provider.empty())) {
      parts.insert(providers ? name->provider : name->standard);
    }
  }
  // An alias of whichever of the two a node has.
  if (!providers && (parts.contains("systemd") || parts.contains("lsb"))) {
    parts.insert("service");
  }
  for (const std::string& part : parts) {
    print(part + "\n");
  }
  return kDone;
}
int standards(const Invocation& invocation) {
  return list_part(invocation, false);
}
int providers(const Invocation& invocation) {
  return list_part(invocation, true);
}

}  // namespace

void add_agent_lists(Grammar resource, Invocation& invocation) {
  add_command(resource, invocation, "list", "List agents", "[FILTER]", list);
  add_command(resource, invocation, "standards", "List the classes of agents", "", standards);
  add_command(resource, invocation, "providers", "List the providers of OCF agents", "", providers);
  add_command(resource, invocation, "describe", "Describe an agent", "AGENT", describe);
}

void add_agents_command(Grammar app, Invocation& invocation) {
  add_command(app, invocation, "agents", "List the agents of this host", "[FILTER]", list);
}

}  // namespace mainstay::ctl
