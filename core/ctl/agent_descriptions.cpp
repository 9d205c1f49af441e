// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/agent_descriptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/ctl/process.h"
#include "core/ctl/text.h"
#include "ocf-compat/metadata_parser.h"

namespace mainstay::ctl {
namespace {

/// Folded at 80 columns, each line indented.
std::string folded(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string result;
  std::string line;
  std::string word;
  while (words >> word) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > 80) {
      result += std::string(indent, ' ') + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + std::string(indent, ' ') + line + "\n";
}

std::string parameter_text(const agent::ParameterInfo& parameter) {
  std::string head = "  " + parameter.name;
  if (parameter.required) {
    head += " (required)";
  }
  if (parameter.unique) {
    head += " (unique)";
  }
  if (parameter.deprecated) {
    head += parameter.replaced_with.empty() ? " (deprecated)"
                                            : " (deprecated by " + parameter.replaced_with + ")";
  }
  if (!parameter.default_value.value_or("").empty()) {
    head += " (default: " + *parameter.default_value + ")";
  }
  const std::string& about = parameter.longdesc.empty() ? parameter.shortdesc : parameter.longdesc;
  return head + ":\n" + folded(about, 6);
}

}  // namespace

Result<std::vector<std::string>> AgentDescriptions::list() const {
  auto ended = run_captured({program_, "--list"});
  if (!ended) {
    return ended.error();
  }
  if (ended->exit_status != 0) {
    return fail(Errc::unavailable, "cannot list the agents: " + last_line(ended->complaints));
  }
  std::vector<std::string> names;
  std::istringstream lines(ended->output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) {
      names.push_back(line);
    }
  }
  return names;
}

Result<agent::AgentInfo> AgentDescriptions::describe(const model::AgentName& name) const {
  const std::string blame =
      "Agent '" + name.text() + "' is not installed or does not provide valid metadata";
  auto ended = run_captured({program_, "--describe", name.text()});
  if (!ended) {
    return within(blame, ended.error());
  }
  if (ended->exit_status != 0) {
    return fail(Errc::not_found, blame + ": " + last_line(ended->complaints));
  }
  auto info = ocf::parse_metadata(ended->output);
  if (!info) {
    return within(blame, info.error());
  }
  return info;
}

Result<model::AgentName> AgentDescriptions::complete(const std::string& name) const {
  if (name.find(':') != std::string::npos) {
    return model::AgentName::parse(name);
  }
  auto known = list();
  if (!known) {
    return known.error();
  }
  for (const char* prefix : {"ocf:heartbeat:", "ocf:pacemaker:"}) {
    if (std::find(known->begin(), known->end(), prefix + name) != known->end()) {
      return model::AgentName::parse(prefix + name);
    }
  }
  std::vector<std::string> fitting;
  for (const std::string& candidate : *known) {
    const std::size_t colon = candidate.rfind(':');
    if (colon != std::string::npos && candidate.substr(colon + 1) == name) {
      fitting.push_back(candidate);
    }
  }
  if (fitting.size() == 1) {
    return model::AgentName::parse(fitting[0]);
  }
  if (fitting.empty()) {
    return fail(Errc::not_found, "Unable to find agent '" + name +
                                     "', try specifying its full name (CLASS:[PROVIDER:]TYPE); "
                                     "mainstay agents lists them");
  }
  return fail(Errc::invalid_input, "Multiple agents match '" + name +
                                       "', please specify full name: " + quoted_list(fitting));
}

std::string description_text(const agent::AgentInfo& info, const std::string& name) {
  std::string text = info.shortdesc.empty() ? name + "\n" : name + " - " + info.shortdesc + "\n";
  if (!info.longdesc.empty()) {
    text += "\n" + folded(info.longdesc, 0);
  }
  text += "\nResource options:\n";
  for (const agent::ParameterInfo& parameter : info.parameters) {
    text += parameter_text(parameter);
  }
  if (info.parameters.empty()) {
    text += "  (none)\n";
  }
  text += "\nDefault operations:\n";
  for (const agent::ActionInfo& action : info.actions) {
    if (action.name == "meta-data" || action.name == "validate-all") {
      continue;
    }
    text += "  " + action.name + ":\n    interval=" +
            fmt::format("{}s", action.interval.value_or(Duration{0}).count() / 1000) + "\n";
    if (action.timeout) {
      text += fmt::format("    timeout={}s\n", action.timeout->count() / 1000);
    }
    if (!action.role.empty()) {
      text += "    role=" + action.role + "\n";
    }
    if (action.depth.value_or(0) != 0) {
      text += fmt::format("    OCF_CHECK_LEVEL={}\n", *action.depth);
    }
  }
  return text;
}

}  // namespace mainstay::ctl
