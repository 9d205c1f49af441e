// SPDX-License-Identifier: Apache-2.0
#include "core/agent/agent_info.h"

#include "core/agent/mainstay_agent.h"
#include "core/agent/plugin_table.h"

namespace mainstay::agent {
namespace {

std::string text(const char* value) {
  return value == nullptr ? std::string() : std::string(value);
}

std::string type_name(ParameterType type) {
  switch (type) {
    case ParameterType::integer:
      return "integer";
    case ParameterType::boolean:
      return "boolean";
    case ParameterType::time:
      return "time";
    case ParameterType::string:
      break;
  }
  return "string";
}

ParameterInfo describe(const Parameter& parameter) {
  ParameterInfo info;
  info.name = text(parameter.name);
  info.type = type_name(parameter.type);
  if (parameter.default_value != nullptr) {
    info.default_value = parameter.default_value;
  }
  info.required = parameter.required;
  info.unique = parameter.unique;
  info.reloadable = parameter.reloadable;
  info.deprecated = parameter.replaced_with != nullptr;
  info.replaced_with = text(parameter.replaced_with);
  info.shortdesc = text(parameter.shortdesc);
  info.longdesc = text(parameter.longdesc);
  return info;
}

ActionInfo describe(const Action& action) {
  ActionInfo info;
  info.name = text(action.name);
  info.timeout = Duration(action.timeout_ms);
  if (info.name == "monitor" || info.name == "status") {
    info.interval = Duration(action.interval_ms);
    info.depth = action.depth;
  }
  info.role = text(action.role);
  return info;
}

}  // namespace

AgentInfo describe(const abi::Plugin& plugin) {
  AgentInfo info;
  info.standard = text(plugin.standard);
  info.provider = text(plugin.provider);
  info.type = text(plugin.type);
  info.version = text(plugin.version);
  info.watches = plugin.watch != nullptr && plugin.unwatch != nullptr;
  info.contained = plugin.capabilities != nullptr && plugin.leaves_processes == 0;
  info.shortdesc = text(plugin.shortdesc);
  info.longdesc = text(plugin.longdesc);
  for (std::uint64_t i = 0; i < plugin.parameter_count; ++i) {
    info.parameters.push_back(describe(parameter_at(plugin, i)));
  }
  for (std::uint64_t i = 0; i < plugin.action_count; ++i) {
    info.actions.push_back(describe(action_at(plugin, i)));
  }
  for (std::uint64_t i = 0; i < plugin.translation_count; ++i) {
    const Translation& one = translation_at(plugin, i);
    info.translations.push_back(
        {text(one.language), text(one.parameter), text(one.shortdesc), text(one.longdesc)});
  }
  return info;
}

AgentInfo in_language(AgentInfo info, const std::string& language) {
  const std::string region = language.substr(0, language.find_first_of(".@"));
  const std::string plain = region.substr(0, region.find('_'));
  // The region's own words go over those of its language.
  for (const std::string& wanted : {plain, region}) {
    for (const TranslationInfo& one : info.translations) {
      if (one.language != wanted) {
        continue;
      }
      if (one.parameter.empty()) {
        info.shortdesc = one.shortdesc;
        info.longdesc = one.longdesc;
      }
      for (ParameterInfo& parameter : info.parameters) {
        if (parameter.name == one.parameter) {
          parameter.shortdesc = one.shortdesc;
          parameter.longdesc = one.longdesc;
        }
      }
    }
  }
  return info;
}

}  // namespace mainstay::agent
