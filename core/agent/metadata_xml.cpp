// SPDX-License-Identifier: Apache-2.0
// An agent's description as OCF 1.1 meta-data.
#include <fmt/core.h>

#include "core/agent/agent_info.h"
#include "core/base/xml_escape.h"

namespace mainstay::agent {
namespace {

/// "20s" when it is whole seconds, else "1500ms": the units that resource agents write.
std::string interval_text(Duration value) {
  return value.count() % 1000 == 0 ? fmt::format("{}s", value.count() / 1000)
                                   : fmt::format("{}ms", value.count());
}

/// Of the agent itself, or, with a name, of a parameter. The schema wants the long ones first.
void append_descriptions(std::string& out, const std::string& indent, const AgentInfo& info,
                         const std::string& parameter, const std::string& longdesc,
                         const std::string& shortdesc) {
  const auto append = [&](const char* element, const std::string& language,
                          const std::string& text) {
    out += fmt::format("{0}<{1} lang=\"{2}\">{3}</{1}>\n", indent, element,
                       escaped_attribute(language), escaped_text(text));
  };
  append("longdesc", "en", longdesc);
  for (const TranslationInfo& one : info.translations) {
    if (one.parameter == parameter) {
      append("longdesc", one.language, one.longdesc);
    }
  }
  append("shortdesc", "en", shortdesc);
  for (const TranslationInfo& one : info.translations) {
    if (one.parameter == parameter) {
      append("shortdesc", one.language, one.shortdesc);
    }
  }
}

void append(std::string& out, const AgentInfo& info, const ParameterInfo& parameter) {
  out += fmt::format(R"(    <parameter name="{}" unique="{}" required="{}")",
                     escaped_attribute(parameter.name), parameter.unique ? 1 : 0,
                     parameter.required ? 1 : 0);
  out += parameter.reloadable ? " reloadable=\"1\">\n" : ">\n";
  if (parameter.deprecated) {
    out += parameter.replaced_with.empty()
               ? "      <deprecated/>\n"
               : fmt::format("      <deprecated><replaced-with name=\"{}\"/></deprecated>\n",
                             escaped_attribute(parameter.replaced_with));
  }
  append_descriptions(out, "      ", info, parameter.name, parameter.longdesc, parameter.shortdesc);
  out += fmt::format("      <content type=\"{}\"", escaped_attribute(parameter.type));
  if (parameter.default_value) {
    out += fmt::format(" default=\"{}\"", escaped_attribute(*parameter.default_value));
  }
  if (parameter.options.empty()) {
    out += "/>\n";
  } else {
    out += ">\n";
    for (const std::string& option : parameter.options) {
      out += fmt::format("        <option value=\"{}\"/>\n", escaped_attribute(option));
    }
    out += "      </content>\n";
  }
  out += "    </parameter>\n";
}

void append(std::string& out, const ActionInfo& action) {
  out += fmt::format("    <action name=\"{}\"", escaped_attribute(action.name));
  if (action.timeout) {
    out += fmt::format(" timeout=\"{}\"", interval_text(*action.timeout));
  }
  if (action.interval) {
    out += fmt::format(" interval=\"{}\"", interval_text(*action.interval));
  }
  if (action.depth) {
    out += fmt::format(" depth=\"{}\"", *action.depth);
  }
  if (!action.role.empty()) {
    out += fmt::format(" role=\"{}\"", escaped_attribute(action.role));
  }
  if (action.start_delay) {
    out += fmt::format(" start-delay=\"{}\"", interval_text(*action.start_delay));
  }
  out += "/>\n";
}

}  // namespace

std::string metadata_xml(const AgentInfo& info) {
  std::string out = "<?xml version=\"1.0\"?>\n";
  out += fmt::format("<resource-agent name=\"{}\" version=\"{}\">\n", escaped_attribute(info.type),
                     escaped_attribute(info.version));
  out += "  <version>1.1</version>\n";
  append_descriptions(out, "  ", info, "", info.longdesc, info.shortdesc);
  out += "  <parameters>\n";
  for (const ParameterInfo& parameter : info.parameters) {
    append(out, info, parameter);
  }
  out += "  </parameters>\n  <actions>\n";
  for (const ActionInfo& action : info.actions) {
    append(out, action);
  }
  out += "  </actions>\n</resource-agent>\n";
  return out;
}

}  // namespace mainstay::agent
