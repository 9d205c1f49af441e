// SPDX-License-Identifier: Apache-2.0
#include "ocf-compat/shell_agent.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "ocf-compat/metadata_parser.h"
#include "ocf-compat/process.h"

namespace mainstay::ocf {
namespace {

constexpr std::string_view kReasonPrefix = "ocf-exit-reason:";
constexpr std::size_t kMaxReason = 1024;
constexpr int kMaxLoggedLines = 50;
constexpr std::chrono::milliseconds kMetadataTimeout{10'000};

ProcessRequest process_of(const agent::AgentCall& call, const Installation& installation) {
  ProcessRequest process;
  process.arguments = {script_path(installation, call.provider, call.type), call.action};
  process.environment = environment(call, installation, inheritable_environment());
  process.timeout = call.timeout;
  return process;
}

/// Sorts the lines of stderr: the last exit reason is kept, the rest is logged, a bounded number.
class ErrorLines {
 public:
  explicit ErrorLines(const agent::LogSink& log) : log_(log) {}

  void take(std::string_view line) {
    if (line.starts_with(kReasonPrefix)) {
      reason_ = line.substr(kReasonPrefix.size(), kMaxReason);
    } else if (log_ && ++logged_ <= kMaxLoggedLines) {
      log_(agent::LogSeverity::info, std::string(line));
    } else if (log_ && logged_ == kMaxLoggedLines + 1) {
      log_(agent::LogSeverity::warning, "more output of the agent is dropped");
    }
  }
  const std::string& reason() const { return reason_; }

 private:
  const agent::LogSink& log_;
  std::string reason_;
  int logged_ = 0;
};

bool is_ocf_code(int code) {
  return (code >= 0 && code <= 9) || code == 190 || code == 191;
}

agent::ActionResult result_of(const ProcessEnd& end, const std::string& reason) {
  if (end.signal != 0) {
    return agent::ActionResult::failed("the agent was ended by signal " +
                                       std::to_string(end.signal));
  }
  if (!is_ocf_code(end.exit_code)) {
    const std::string code = "exit code " + std::to_string(end.exit_code) + " is none of OCF's";
    return agent::ActionResult::failed(reason.empty() ? code : reason + " (" + code + ")");
  }
  return {static_cast<agent::OcfExitCode>(end.exit_code), reason};
}

}  // namespace

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

bool is_executable_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

std::string script_path(const Installation& installation, const std::string& provider,
                        const std::string& type) {
  if (!is_file_name(provider) || !is_file_name(type)) {
    return {};
  }
  return installation.root + "/resource.d/" + provider + "/" + type;
}

bool script_exists(const Installation& installation, const std::string& provider,
                   const std::string& type) {
  const std::string path = script_path(installation, provider, type);
  return !path.empty() && is_executable_file(path);
}

std::vector<std::pair<std::string, std::string>> list_scripts(const Installation& installation) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> out;
  std::error_code failure;
  for (fs::directory_iterator provider(installation.root + "/resource.d", failure), end;
       !failure && provider != end; provider.increment(failure)) {
    std::error_code inner;
    for (fs::directory_iterator type(provider->path(), inner); !inner && type != end;
         type.increment(inner)) {
      const std::string provider_name = provider->path().filename();
      const std::string type_name = type->path().filename();
      if (script_exists(installation, provider_name, type_name)) {
        out.emplace_back(provider_name, type_name);
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

ShellOutcome run_shell_action(const agent::AgentCall& call, const Installation& installation,
                              const std::function<void(int)>& on_group, const agent::LogSink& log) {
  if (!script_exists(installation, call.provider, call.type)) {
    return {false, agent::ActionResult::not_installed("agent ocf:" + call.provider + ":" +
                                                      call.type + " is not installed")};
  }
  ErrorLines lines(log);
  ProcessRequest process = process_of(call, installation);
  process.on_group = on_group;
  process.on_error_line = [&](std::string_view line) { lines.take(line); };
  const Result<ProcessEnd> end = run_process(process);
  if (!end) {
    return {false, agent::ActionResult::not_installed(end.error().context)};
  }
  if (end->timed_out) {
    return {true, agent::ActionResult::failed(lines.reason())};
  }
  return {false, result_of(*end, lines.reason())};
}

Result<std::string> script_metadata(const Installation& installation, const std::string& provider,
                                    const std::string& type) {
  if (!script_exists(installation, provider, type)) {
    return fail(Errc::not_found, "agent ocf:" + provider + ":" + type + " is not installed");
  }
  agent::AgentCall call;
  call.action = "meta-data";
  call.resource = type;
  call.provider = provider;
  call.type = type;
  call.timeout = kMetadataTimeout;
  ProcessRequest process = process_of(call, installation);
  process.max_output = 1024 * 1024;
  Result<ProcessEnd> end = run_process(process);
  if (!end) {
    return end.error();
  }
  if (end->timed_out || end->signal != 0 || end->exit_code != 0) {
    return fail(
        Errc::unavailable,
        process.arguments.front() + " meta-data " +
            (end->timed_out     ? "did not end in time"
             : end->signal != 0 ? "was ended by signal " + std::to_string(end->signal)
                                : "failed with exit code " + std::to_string(end->exit_code)));
  }
  return std::move(end->output);
}

Result<agent::AgentInfo> describe_script(const Installation& installation,
                                         const std::string& provider, const std::string& type) {
  const Result<std::string> xml = script_metadata(installation, provider, type);
  if (!xml) {
    return xml.error();
  }
  Result<agent::AgentInfo> info = parse_metadata(*xml);
  if (!info) {
    return within("ocf:" + provider + ":" + type, info.error());
  }
  info->standard = "ocf";
  info->provider = provider;
  info->type = type;
  return info;
}

}  // namespace mainstay::ocf
