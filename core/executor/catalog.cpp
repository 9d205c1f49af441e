// SPDX-License-Identifier: Apache-2.0
#include "core/executor/catalog.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace mainstay::executor {
namespace {

using nlohmann::json;

const NativeAgent* find_native(const Catalog& catalog, const model::AgentName& name) {
  const auto found =
      std::find_if(catalog.agents.begin(), catalog.agents.end(), [&](const NativeAgent& agent) {
        return agent.standard == name.standard && agent.provider == name.provider &&
               (agent.type == name.type || agent.type == "*");
      });
  return found == catalog.agents.end() ? nullptr : &*found;
}

/// The first parameter that the agent does not know; empty if it knows all.
std::string unknown_parameter(const NativeAgent& agent, const model::ActionRequest& request) {
  for (const auto& [name, value] : request.parameters) {
    const bool of_the_cluster =
        name == "OCF_CHECK_LEVEL" || name.starts_with("CRM_meta_") || name == "crm_feature_set";
    if (!of_the_cluster && std::find(agent.parameters.begin(), agent.parameters.end(), name) ==
                               agent.parameters.end()) {
      return name;
    }
  }
  return {};
}

}  // namespace

Result<Catalog> parse_catalog(std::string_view text) {
  try {
    const json document = json::parse(text);
    Catalog catalog;
    for (const json& item : document.at("agents")) {
      NativeAgent agent;
      agent.file = item.at("file").get<std::string>();
      agent.standard = item.at("class").get<std::string>();
      agent.provider = item.at("provider").get<std::string>();
      agent.type = item.at("type").get<std::string>();
      for (const json& parameter : item.at("parameters")) {
        agent.parameters.push_back(parameter.at("name").get<std::string>());
      }
      agent.contained = item.value("contained", false);
      catalog.agents.push_back(std::move(agent));
    }
    for (const json& item : document.at("bad")) {
      catalog.bad.push_back(
          {item.at("file").get<std::string>(), item.at("reason").get<std::string>()});
    }
    return catalog;
  } catch (const std::exception& error) {
    return fail(Errc::invalid_input, std::string("malformed catalog of plugins: ") + error.what());
  }
}

model::AgentName resolved(const Catalog& catalog, const model::AgentName& name) {
  if (name.standard == "ocf" && name.provider == kOwnProvider) {
    for (const NativeAgent& agent : catalog.agents) {
      if (agent.standard == name.standard && agent.type == name.type) {
        return {agent.standard, agent.provider, agent.type};
      }
    }
  }
  return name;
}

Route route(const Catalog& catalog, const model::ActionRequest& request,
            const std::function<bool(const model::AgentName&)>& has_script) {
  const model::AgentName& name = request.agent;
  const NativeAgent* native = find_native(catalog, name);
  // Looks at the disk: only when it matters.
  const auto script = [&] { return has_script(name); };
  if (native == nullptr) {
    return script() ? Route{} : Route{"", "", "agent " + name.text() + " is not installed"};
  }
  if (request.force_shell) {
    return script() ? Route{"", "shell agent used: agent-implementation=shell", ""}
                    : Route{"", "",
                            "agent-implementation=shell, but no script " + name.text() +
                                " is installed"};
  }
  // Units take no parameters and ignore what they are given, as with Pacemaker.
  const std::string unknown =
      name.standard == "ocf" ? unknown_parameter(*native, request) : std::string();
  if (unknown.empty()) {
    return {native->file, "", ""};
  }
  if (script()) {
    return {"", "shell agent used: the native one does not know parameter '" + unknown + "'", ""};
  }
  return {native->file, "parameter '" + unknown + "' is not known to the agent and was ignored",
          ""};
}

}  // namespace mainstay::executor
