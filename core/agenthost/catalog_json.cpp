// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/catalog_json.h"

#include <nlohmann/json.hpp>

#include "core/agent/mainstay_agent.h"

namespace mainstay::agenthost {
namespace {

using nlohmann::json;

json to_json(const agent::ParameterInfo& parameter) {
  json out = {{"name", parameter.name},
              {"type", parameter.type},
              {"required", parameter.required},
              {"unique", parameter.unique},
              {"reloadable", parameter.reloadable},
              {"deprecated", parameter.deprecated},
              {"replaced_with", parameter.replaced_with},
              {"shortdesc", parameter.shortdesc},
              {"longdesc", parameter.longdesc}};
  if (parameter.default_value) {
    out["default"] = *parameter.default_value;
  }
  return out;
}

json to_json(const agent::ActionInfo& action) {
  json out = {{"name", action.name}};
  if (action.timeout) {
    out["timeout_ms"] = action.timeout->count();
  }
  if (action.interval) {
    out["interval_ms"] = action.interval->count();
  }
  if (action.depth) {
    out["depth"] = *action.depth;
  }
  if (!action.role.empty()) {
    out["role"] = action.role;
  }
  return out;
}

json to_json(const Plugin& plugin) {
  json out = {{"file", plugin.file},
              {"abi", agent::abi::kVersion},
              {"class", plugin.info.standard},
              {"provider", plugin.info.provider},
              {"type", plugin.info.type},
              {"version", plugin.info.version},
              {"watches", plugin.info.watches},
              {"contained", plugin.info.contained},
              {"shortdesc", plugin.info.shortdesc},
              {"longdesc", plugin.info.longdesc},
              {"parameters", json::array()},
              {"actions", json::array()},
              {"translations", json::array()},
              {"types", plugin.types}};
  for (const agent::ParameterInfo& parameter : plugin.info.parameters) {
    out["parameters"].push_back(to_json(parameter));
  }
  for (const agent::ActionInfo& action : plugin.info.actions) {
    out["actions"].push_back(to_json(action));
  }
  for (const agent::TranslationInfo& one : plugin.info.translations) {
    out["translations"].push_back({{"language", one.language},
                                   {"parameter", one.parameter},
                                   {"shortdesc", one.shortdesc},
                                   {"longdesc", one.longdesc}});
  }
  return out;
}

agent::ParameterInfo parameter_of(const json& map) {
  agent::ParameterInfo parameter;
  parameter.name = map.at("name").get<std::string>();
  parameter.type = map.at("type").get<std::string>();
  parameter.required = map.at("required").get<bool>();
  parameter.unique = map.at("unique").get<bool>();
  parameter.reloadable = map.at("reloadable").get<bool>();
  parameter.deprecated = map.at("deprecated").get<bool>();
  parameter.replaced_with = map.at("replaced_with").get<std::string>();
  parameter.shortdesc = map.at("shortdesc").get<std::string>();
  parameter.longdesc = map.at("longdesc").get<std::string>();
  if (map.contains("default")) {
    parameter.default_value = map.at("default").get<std::string>();
  }
  return parameter;
}

agent::ActionInfo action_of(const json& map) {
  agent::ActionInfo action;
  action.name = map.at("name").get<std::string>();
  if (map.contains("timeout_ms")) {
    action.timeout = Duration(map.at("timeout_ms").get<std::int64_t>());
  }
  if (map.contains("interval_ms")) {
    action.interval = Duration(map.at("interval_ms").get<std::int64_t>());
  }
  if (map.contains("depth")) {
    action.depth = map.at("depth").get<int>();
  }
  action.role = map.value("role", "");
  return action;
}

Plugin plugin_of(const std::string& file, const json& map) {
  Plugin plugin;
  plugin.file = file;
  plugin.info.standard = map.at("class").get<std::string>();
  plugin.info.provider = map.at("provider").get<std::string>();
  plugin.info.type = map.at("type").get<std::string>();
  plugin.info.version = map.at("version").get<std::string>();
  plugin.info.watches = map.at("watches").get<bool>();
  plugin.info.contained = map.at("contained").get<bool>();
  plugin.info.shortdesc = map.at("shortdesc").get<std::string>();
  plugin.info.longdesc = map.at("longdesc").get<std::string>();
  for (const json& item : map.at("parameters")) {
    plugin.info.parameters.push_back(parameter_of(item));
  }
  for (const json& item : map.at("actions")) {
    plugin.info.actions.push_back(action_of(item));
  }
  for (const json& item : map.at("translations")) {
    plugin.info.translations.push_back({.language = item.at("language").get<std::string>(),
                                        .parameter = item.at("parameter").get<std::string>(),
                                        .shortdesc = item.at("shortdesc").get<std::string>(),
                                        .longdesc = item.at("longdesc").get<std::string>()});
  }
  plugin.types = map.at("types").get<std::vector<std::string>>();
  return plugin;
}

/// Texts of a plugin may hold anything: what is no UTF-8 is replaced, not thrown at.
std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string render_inspection(const Plugin& plugin) {
  return dump(to_json(plugin));
}

std::string render_inspection(const Error& error) {
  return dump({{"reason", error.context}});
}

Result<Plugin> parse_inspection(const std::string& file, std::string_view text) {
  try {
    const json map = json::parse(text);
    if (map.contains("reason")) {
      return fail(Errc::unsupported, map.at("reason").get<std::string>());
    }
    return plugin_of(file, map);
  } catch (const std::exception& error) {
    return fail(Errc::unsupported, std::string("its description is not readable: ") + error.what());
  }
}

std::string render_catalog(const Inventory& inventory) {
  json out = {{"agents", json::array()}, {"bad", json::array()}};
  for (const Plugin& plugin : inventory.plugins) {
    out["agents"].push_back(to_json(plugin));
  }
  for (const BadPlugin& bad : inventory.bad) {
    out["bad"].push_back({{"file", bad.file}, {"reason", bad.reason}});
  }
  return dump(out);
}

}  // namespace mainstay::agenthost
