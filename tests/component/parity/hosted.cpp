// SPDX-License-Identifier: Apache-2.0
#include "tests/component/parity/hosted.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace mainstay::parity {
namespace {

/// The host is beside the test program, or where the build puts it.
std::string host_program() {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto beside = here / "mainstay-agent-host";
  return std::filesystem::exists(beside) ? beside.string() : AGENT_HOST_PROGRAM;
}

/// A folder with that plugin alone: the executor looks at all that there are.
std::string folder_of(const std::string& plugin_file) {
  const std::filesystem::path folder = "/run/parity-plugins";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink(plugin_file,
                                  folder / std::filesystem::path(plugin_file).filename());
  return folder;
}

}  // namespace

HostedResource::HostedResource(const std::string& plugin_file, agent::AgentCall call,
                               agent::AttributeSink attributes)
    : call_(std::move(call)) {
  executor::AgentExecutorOptions options;
  options.host_program = host_program();
  options.plugin_directory = folder_of(plugin_file);
  options.scripts.ocf_root = "/nonexistent";  // what is left to the script is not to be done here
  options.state_directory = call_.state_directory;
  executor_.emplace(reactor_, timers_, options);
  executor_->on_attribute([sink = std::move(attributes)](const model::AttributeUpdate& update) {
    sink(update.name, update.value, update.dampening);
  });
}

int HostedResource::code(const std::string& action, int check_level) {
  model::ActionRequest request;
  request.call_id = ++last_;
  request.resource = call_.resource;
  request.agent = {call_.standard, call_.provider, call_.type};
  request.action = action == "probe" ? "monitor" : action;
  request.parameters = {call_.parameters.begin(), call_.parameters.end()};
  request.meta = {call_.meta.begin(), call_.meta.end()};
  request.timeout = call_.timeout;
  request.interval = Duration(action == "monitor" ? 10'000 : 0);
  if (check_level != 0) {
    request.parameters["OCF_CHECK_LEVEL"] = std::to_string(check_level);
  }
  std::optional<model::ActionOutcome> outcome;
  executor_->run(std::move(request),
                 [&](model::ActionOutcome result) { outcome = std::move(result); });
  while (!outcome) {
    reactor_.restart();
    reactor_.run_one();
  }
  EXPECT_EQ(outcome->exit_reason.find("host ended"), std::string::npos) << outcome->exit_reason;
  if (outcome->note.starts_with("the native agent leaves these parameters to the script")) {
    return static_cast<int>(agent::OcfExitCode::declined);
  }
  return outcome->status == model::OperationStatus::timed_out ? kTimedOut : outcome->exit_code;
}

}  // namespace mainstay::parity
