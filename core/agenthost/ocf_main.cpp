// SPDX-License-Identifier: Apache-2.0
// mainstay-ocf: a plugin as an OCF executable, for cluster managers that know nothing of plugins.
// It is the interpreter of the files in resource.d/mainstay, whose first line is
//
//     #!…/libexec/mainstay/mainstay-ocf PLUGIN
//
// so that its arguments are PLUGIN, the path of that file and the action.
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/agent_info.h"
#include "core/agenthost/installed.h"
#include "core/agenthost/plugin_library.h"
#include "core/base/child_process.h"
#include "ocf-compat/environment.h"
#include "ocf-compat/shell_agent.h"

namespace mainstay::agenthost {
namespace {

using agent::OcfExitCode;

int code_of(OcfExitCode code) {
  return static_cast<int>(code);
}

int end_with(OcfExitCode code, const std::string& reason) {
  if (!reason.empty()) {
    std::cerr << "ocf-exit-reason:" << reason << '\n';
  }
  return code_of(code);
}

void log_line(agent::LogSeverity severity, const std::string& line) {
  const char* word = severity <= agent::LogSeverity::error     ? "ERROR"
                     : severity == agent::LogSeverity::warning ? "WARNING"
                     : severity == agent::LogSeverity::debug   ? "DEBUG"
                                                               : "INFO";
  std::cerr << word << ": " << line << '\n';
}

/// The cluster manager's own program keeps attributes of the node, as it does for scripts.
void tell_attribute(const std::string& name, const std::optional<std::string>& value,
                    std::chrono::milliseconds dampening) {
  std::vector<std::string> words{"attrd_updater", "-n", name};
  if (value) {
    words.insert(words.end(), {"-U", *value, "-d", std::to_string(dampening.count()) + "ms"});
  } else {
    words.emplace_back("-D");
  }
  const Result<pid_t> child = start_child({.arguments = words, .search_path = true});
  const bool told = child && wait_for_child(*child) == 0;
  if (!told) {
    log_line(agent::LogSeverity::warning, "attrd_updater did not take the attribute " + name);
  }
}

/// The plugin leaves these parameters to the script of the same name: becomes that script.
int become_script(const agent::AgentInfo& info, const std::string& action,
                  const std::string& reason) {
  const std::string script = ocf::script_path({}, info.provider, info.type);
  if (!ocf::script_exists({}, info.provider, info.type)) {
    return end_with(OcfExitCode::err_configured, reason);
  }
  ::execl(script.c_str(), script.c_str(), action.c_str(), nullptr);
  return end_with(OcfExitCode::err_installed, "cannot run " + script);
}

/// Meta-data of OCF 1.1 that the older DTD of resource-agents accepts too, by which ocf-tester
/// judges: attributes that it lacks are declared; an element that it lacks becomes text;
/// of the agent's own descriptions it takes one language.
std::string metadata_for_all(agent::AgentInfo info, const std::string& file) {
  info.type = std::filesystem::path(file).filename();
  std::erase_if(info.translations, [](const auto& one) { return one.parameter.empty(); });
  for (agent::ParameterInfo& parameter : info.parameters) {
    if (parameter.deprecated) {
      parameter.deprecated = false;
      parameter.shortdesc += parameter.replaced_with.empty()
                                 ? " (deprecated)"
                                 : " (deprecated: use " + parameter.replaced_with + ")";
    }
  }
  const std::string doctype =
      "<!DOCTYPE resource-agent SYSTEM \"ra-api-1.dtd\" [\n"
      "<!ATTLIST parameter reloadable (0|1) \"0\">\n"
      "<!ATTLIST action name CDATA #REQUIRED>\n]>\n";
  std::string text = agent::metadata_xml(info);
  return text.insert(text.find("<resource-agent"), doctype);
}

int usage(const std::string& file, const agent::AgentInfo& info) {
  std::cout << "usage: " << file << " {";
  const char* separator = "";
  for (const agent::ActionInfo& action : info.actions) {
    std::cout << separator << action.name;
    separator = "|";
  }
  std::cout << "}\n";
  return 0;
}

int run(const std::string& plugin, const std::string& file, const std::string& action) {
  const Result<PluginLibrary> library =
      PluginLibrary::load(plugin_directory() + "/" + plugin + ".so");
  if (!library) {
    return end_with(OcfExitCode::err_installed,
                    "plugin " + plugin + ": " + library.error().context);
  }
  const agent::AgentInfo info = agent::describe(library->table());
  if (action == "meta-data") {
    std::cout << metadata_for_all(info, file);
    return 0;
  }
  if (action.empty() || action == "usage" || action == "help") {
    usage(file, info);
    return action.empty() ? code_of(OcfExitCode::err_args) : 0;
  }
  std::vector<std::string> environment;
  for (char** item = environ; *item != nullptr; ++item) {
    environment.emplace_back(*item);
  }
  agent::AgentCall call = ocf::call_of(action, info, environment);
  call.last = true;
  call.deadline = std::chrono::steady_clock::now() + call.timeout;
  std::error_code ignored;
  std::filesystem::create_directories(call.state_directory, ignored);
  agent::PluginInstance instance(library->table());
  const agent::ActionResult result = instance.run(call, log_line, tell_attribute);
  if (result.code == OcfExitCode::declined) {
    return become_script(info, action, result.reason);
  }
  if (result.code == OcfExitCode::err_unimplemented) {
    usage(file, info);
  }
  // A probe that finds nothing has nothing to complain of.
  const bool quiet = result.code == OcfExitCode::success ||
                     (result.code == OcfExitCode::not_running && call.is_probe());
  return end_with(result.code, quiet ? std::string() : result.reason);
}

}  // namespace
}  // namespace mainstay::agenthost

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: mainstay-ocf PLUGIN FILE ACTION; it is run by the files in "
                 "/usr/lib/ocf/resource.d/mainstay\n";
    return 2;
  }
  try {
    return mainstay::agenthost::run(argv[1], argv[2], argc > 3 ? argv[3] : "");
  } catch (const std::exception& error) {
    std::cerr << "ocf-exit-reason:" << error.what() << '\n';
    return 1;
  }
}
