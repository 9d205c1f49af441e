// SPDX-License-Identifier: Apache-2.0
// An agent's description as OCF 1.1 meta-data.
#include <fmt/core.h>

#include "core/agent/agent_info.h"

namespace mainstay::agent {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// "20s" when it is whole seconds, else "1500ms": the units that resource agents write.
std::string interval_text(Duration value) {
  return value.count() % 1000 == 0 ? fmt::format("{}s", value.count() / 1000)
                                   : fmt::format("{}ms", value.count());
}

void append_descriptions(std::string& out, const std::string& indent, const std::string& longdesc,
                         const std::string& shortdesc) {
  out += fmt::format("{}<longdesc lang=\"en\">{}</longdesc>\n", indent, escaped(longdesc));
  out += fmt::format("{}<shortdesc lang=\"en\">{}</shortdesc>\n", indent, escaped(shortdesc));
}

void append(std::string& out, const ParameterInfo& parameter) {
  out += fmt::format("    <parameter name=\"{}\" unique=\"{}\" required=\"{}\"",
                     escaped(parameter.name), parameter.unique ? 1 : 0, parameter.required ? 1 : 0);
  out += parameter.reloadable ? " reloadable=\"1\">\n" : ">\n";
  if (parameter.deprecated) {
    out += parameter.replaced_with.empty()
               ? "      <deprecated/>\n"
               : fmt::format("      <deprecated><replaced-with name=\"{}\"/></deprecated>\n",
                             escaped(parameter.replaced_with));
  }
  append_descriptions(out, "      ", parameter.longdesc, parameter.shortdesc);
  out += fmt::format("      <content type=\"{}\"", escaped(parameter.type));
  if (parameter.default_value) {
    out += fmt::format(" default=\"{}\"", escaped(*parameter.default_value));
  }
  if (parameter.options.empty()) {
    out += "/>\n";
  } else {
    out += ">\n";
    for (const std::string& option : parameter.options) {
      out += fmt::format("        <option value=\"{}\"/>\n", escaped(option));
    }
    out += "      </content>\n";
  }
  out += "    </parameter>\n";
}

void append(std::string& out, const ActionInfo& action) {
  out += fmt::format("    <action name=\"{}\"", escaped(action.name));
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
    out += fmt::format(" role=\"{}\"", escaped(action.role));
  }
  if (action.start_delay) {
    out += fmt::format(" start-delay=\"{}\"", interval_text(*action.start_delay));
  }
  out += "/>\n";
}

}  // namespace

std::string metadata_xml(const AgentInfo& info) {
  std::string out = "<?xml version=\"1.0\"?>\n";
  out += fmt::format("<resource-agent name=\"{}\" version=\"{}\">\n", escaped(info.type),
                     escaped(info.version));
  out += "  <version>1.1</version>\n";
  append_descriptions(out, "  ", info.longdesc, info.shortdesc);
  out += "  <parameters>\n";
  for (const ParameterInfo& parameter : info.parameters) {
    append(out, parameter);
  }
  out += "  </parameters>\n  <actions>\n";
  for (const ActionInfo& action : info.actions) {
    append(out, action);
  }
  out += "  </actions>\n</resource-agent>\n";
  return out;
}

}  // namespace mainstay::agent
