// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/init_script.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/base/read_file.h"
#include "ocf-compat/process.h"

namespace mainstay::ocf {
namespace {

using agent::OcfExitCode;

constexpr std::size_t kLargestScript = std::size_t{1} << 20U;
constexpr std::chrono::seconds kTimeout{15};
constexpr int kMaxLoggedLines = 50;

/// Exit codes of "status" that are not the number of the same thing elsewhere.
constexpr int kStatusNotInstalled = 150;
constexpr int kStatusNoPermission = 151;

std::string_view lsb_action(const std::string& ocf_action) {
  return ocf_action == "monitor" ? "status" : std::string_view(ocf_action);
}

/// "# Short-Description: text"; empty if the line says something else.
std::string value_in(const std::string& line, const std::string& keyword) {
  const std::string begin = "# " + keyword + ":";
  if (!line.starts_with(begin)) {
    return {};
  }
  const std::size_t text = line.find_first_not_of(" \t", begin.size());
  return text == std::string::npos ? std::string() : line.substr(text);
}

}  // namespace

std::string init_script_path(const Installation& installation, const std::string& type) {
  return is_file_name(type) ? installation.init_directory + "/" + type : std::string();
}

bool init_script_exists(const Installation& installation, const std::string& type) {
  const std::string path = init_script_path(installation, type);
  return !path.empty() && is_executable_file(path);
}

std::vector<std::string> list_init_scripts(const Installation& installation) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::directory_iterator item(installation.init_directory, failure), end;
       !failure && item != end; item.increment(failure)) {
    const std::string name = item->path().filename();
    if (init_script_exists(installation, name)) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

OcfExitCode ocf_code_of(std::string_view lsb_action, int lsb_code) {
  if (lsb_action != "status") {
    const bool is_shared = lsb_code >= 0 && lsb_code <= static_cast<int>(OcfExitCode::not_running);
    return is_shared ? static_cast<OcfExitCode>(lsb_code) : OcfExitCode::err_generic;
  }
  switch (lsb_code) {
    case 0:
      return OcfExitCode::success;
    case 1:  // dead, and its pid file is there
    case 2:  // dead, and its lock file is there
    case 3:
      return OcfExitCode::not_running;
    case kStatusNotInstalled:
      return OcfExitCode::err_installed;
    case kStatusNoPermission:
      return OcfExitCode::err_perm;
    default:
      return OcfExitCode::err_generic;
  }
}

ShellOutcome run_init_script(const agent::AgentCall& call, const Installation& installation,
                             const std::function<void(int)>& on_group, const agent::LogSink& log) {
  if (!init_script_exists(installation, call.type)) {
    return {false,
            agent::ActionResult::not_installed("init script " + call.type + " is not installed")};
  }
  const std::string action(lsb_action(call.action));
  ProcessRequest process;
  process.arguments = {init_script_path(installation, call.type), action};
  process.environment = inheritable_environment();
  process.timeout = call.timeout;
  process.on_group = on_group;
  int logged = 0;
  process.on_error_line = [&](std::string_view line) {
    if (log && ++logged <= kMaxLoggedLines) {
      log(agent::LogSeverity::info, std::string(line));
    }
  };
  const Result<ProcessEnd> end = run_process(process);
  if (!end) {
    return {false, agent::ActionResult::not_installed(end.error().context)};
  }
  if (end->timed_out) {
    return {true, agent::ActionResult::failed("")};
  }
  if (end->signal != 0) {
    return {false, agent::ActionResult::failed("the init script was ended by signal " +
                                               std::to_string(end->signal))};
  }
  const OcfExitCode code = ocf_code_of(action, end->exit_code);
  return {
      false,
      {code, code == OcfExitCode::success ? std::string()
                                          : "init script: " + action + " ended with exit code " +
                                                std::to_string(end->exit_code)}};
}

agent::AgentInfo describe_init_script(const std::string& type, std::string_view script) {
  agent::AgentInfo info;
  info.standard = "lsb";
  info.type = type;
  info.version = "1.0";
  std::istringstream lines{std::string(script)};
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### BEGIN INIT INFO") || line.starts_with("### END INIT INFO")) {
      inside = line.starts_with("### BEGIN");
    } else if (inside) {
      if (auto text = value_in(line, "Short-Description"); !text.empty()) {
        info.shortdesc = std::move(text);
      }
      if (auto text = value_in(line, "Description"); !text.empty()) {
        info.longdesc = std::move(text);
      }
    }
  }
  if (info.shortdesc.empty()) {
    info.shortdesc = type;
  }
  for (const char* name : {"start", "stop", "status", "restart", "force-reload", "monitor"}) {
    agent::ActionInfo action;
    action.name = name;
    action.timeout = kTimeout;
    if (action.name == "monitor") {
      action.interval = kTimeout;
    }
    info.actions.push_back(std::move(action));
  }
  return info;
}

Result<agent::AgentInfo> describe_init_script(const Installation& installation,
                                              const std::string& type) {
  if (!init_script_exists(installation, type)) {
    return fail(Errc::not_found, "init script " + type + " is not installed");
  }
  const auto script = read_file(init_script_path(installation, type), kLargestScript);
  if (!script) {
    return script.error();
  }
  return describe_init_script(type, *script);
}

}  // namespace mainstay::ocf
