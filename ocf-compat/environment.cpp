// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/environment.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

namespace mainstay::ocf {
namespace {

// Agents compare it to choose between old and new ways of the tools they call.
constexpr const char* kFeatureSet = "3.17.4";
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A shell can only see names of letters, digits and underscores.
std::string variable_name(const std::string& name) {
  std::string out = name;
  std::replace_if(
      out.begin(), out.end(),
      [](char c) {
        const bool allowed =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        return !allowed;
      },
      '_');
  return out;
}

void add_parameters(std::map<std::string, std::string>& variables, const agent::AgentCall& call) {
  for (const auto& [name, value] : call.meta) {
    variables["OCF_RESKEY_CRM_meta_" + variable_name(name)] = value;
  }
  // The operation's own timeout and interval win over configured meta values of that name.
  variables["OCF_RESKEY_CRM_meta_timeout"] = std::to_string(call.timeout.count());
  if (call.interval.count() > 0) {
    variables["OCF_RESKEY_CRM_meta_interval"] = std::to_string(call.interval.count());
  } else {
    variables.erase("OCF_RESKEY_CRM_meta_interval");
  }
  for (const auto& [name, value] : call.parameters) {
    if (name != "OCF_CHECK_LEVEL") {
      // Hyphenated names reach agents in both spellings with Pacemaker; a shell can read only this.
      variables["OCF_RESKEY_" + variable_name(name)] = value;
    }
  }
  variables["OCF_RESKEY_crm_feature_set"] = kFeatureSet;
  if (call.action == "monitor" || call.check_level() != 0) {
    variables["OCF_CHECK_LEVEL"] = std::to_string(call.check_level());
  }
}

constexpr std::string_view kMetaPrefix = "OCF_RESKEY_CRM_meta_";
constexpr std::string_view kParameterPrefix = "OCF_RESKEY_";

/// As configured. A variable cannot tell a dash from an underscore; the names with underscores are
/// the few that the cluster makes itself.
std::string meta_name(std::string name) {
  for (const char* made : {"notify_", "migrate_", "on_node", "physical_host", "op_target"}) {
    if (name.starts_with(made)) {
      return name;
    }
  }
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::optional<std::chrono::milliseconds> milliseconds_of(const agent::AgentCall& call,
                                                         const char* name) {
  const auto found = call.meta.find(name);
  long value = 0;
  if (found == call.meta.end() ||
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), value)
              .ec != std::errc{}) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(value);
}

}  // namespace

agent::AgentCall call_of(const std::string& action, const agent::AgentInfo& info,
                         const std::vector<std::string>& environment) {
  std::map<std::string, std::string> names;  // of the described parameters, by variable
  for (const agent::ParameterInfo& parameter : info.parameters) {
    names[variable_name(parameter.name)] = parameter.name;
  }
  agent::AgentCall call;
  call.action = action;
  call.resource = "default";
  call.standard = info.standard;
  call.provider = info.provider;
  call.type = info.type;
  for (const std::string& item : environment) {
    const std::size_t equals = std::min(item.find('='), item.size() - 1);
    const std::string name = item.substr(0, equals);
    const std::string value = item.substr(equals + 1);
    if (name.starts_with(kMetaPrefix)) {
      call.meta[meta_name(name.substr(kMetaPrefix.size()))] = value;
    } else if (name.starts_with(kParameterPrefix)) {
      const std::string variable = name.substr(kParameterPrefix.size());
      const auto known = names.find(variable);
      call.parameters[known == names.end() ? variable : known->second] = value;
    } else if (name == "OCF_CHECK_LEVEL") {
      call.parameters[name] = value;
    } else if (name == "OCF_RESOURCE_INSTANCE" && !value.empty()) {
      call.resource = value;
    } else if (name == "HA_RSCTMP" && !value.empty()) {
      call.state_directory = value;
    }
  }
  call.timeout = milliseconds_of(call, "timeout").value_or(call.timeout);
  call.interval = milliseconds_of(call, "interval").value_or(call.interval);
  return call;
}

std::vector<std::string> environment(const agent::AgentCall& call, const Installation& installation,
                                     const std::vector<std::string>& inherited) {
  std::map<std::string, std::string> variables;
  variables["PATH"] = kDefaultPath;
  for (const std::string& item : inherited) {
    const std::size_t equals = item.find('=');
    variables[item.substr(0, equals)] = item.substr(equals + 1);
  }
  if (!installation.tools.empty()) {
    variables["PATH"] = installation.tools + ":" + variables["PATH"];
    variables["HA_SBIN_DIR"] = installation.tools;
  }
  variables["LC_ALL"] = "C";
  variables["OCF_ROOT"] = installation.root;
  variables["OCF_RA_VERSION_MAJOR"] = "1";
  variables["OCF_RA_VERSION_MINOR"] = "1";
  variables["OCF_EXIT_REASON_PREFIX"] = "ocf-exit-reason:";
  variables["OCF_RESOURCE_INSTANCE"] = call.resource;
  variables["OCF_RESOURCE_TYPE"] = call.type;
  variables["OCF_RESOURCE_PROVIDER"] = call.provider;
  variables["HA_RSCTMP"] = call.state_directory;
  variables["HA_LOGFACILITY"] = installation.log_facility;
  variables["PCMK_logfacility"] = installation.log_facility;
  variables["HA_debug"] = "0";
  variables["PCMK_debug"] = "0";
  variables["PCMK_service"] = "mainstay";
  add_parameters(variables, call);
  std::vector<std::string> out;
  out.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    std::string& item = out.emplace_back(name);
    item += '=';
    item += value;
  }
  return out;
}

std::vector<std::string> inheritable_environment() {
  std::vector<std::string> out;
  for (const char* name : {"PATH", "HOME", "TZ", "USER", "LOGNAME", "SHELL", "MAINSTAY_SOCKET"}) {
    if (const char* value = std::getenv(name)) {  // NOLINT(concurrency-mt-unsafe)
      out.push_back(std::string(name) + "=" + value);
    }
  }
  return out;
}

}  // namespace mainstay::ocf
