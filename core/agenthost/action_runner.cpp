// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/action_runner.h"

#include <chrono>
#include <utility>

#include "core/base/log.h"

namespace mainstay::agenthost {
namespace {

agent::AgentCall call_of(const executor::RunFrame& frame, const std::string& state_directory) {
  agent::AgentCall call;
  call.action = frame.action;
  call.resource = frame.resource;
  call.standard = frame.standard;
  call.provider = frame.provider;
  call.type = frame.type;
  call.parameters = frame.parameters;
  call.meta = frame.meta;
  call.timeout = frame.timeout;
  call.interval = frame.interval;
  call.deadline = std::chrono::steady_clock::now() + frame.timeout;
  call.state_directory = state_directory;
  return call;
}

agent::LogSink log_for(const executor::RunFrame& frame) {
  return [&frame](agent::LogSeverity severity, const std::string& line) {
    log(static_cast<LogLevel>(severity), line.substr(0, 4096),
        {{"resource", frame.resource}, {"action", frame.action}});
  };
}

executor::EndedFrame ended(std::uint64_t id, const agent::ActionResult& result) {
  executor::EndedFrame frame;
  frame.id = id;
  frame.reason = result.reason;
  if (result.code == agent::OcfExitCode::declined) {
    frame.ending = executor::Ending::declined;
  } else {
    frame.exit_code = static_cast<std::int32_t>(result.code);
  }
  // A plugin's answer is data of a stranger.
  if (frame.exit_code < 0 || frame.exit_code > 255) {
    frame.reason = "the agent returned " + std::to_string(frame.exit_code) +
                   ", which is no exit code of OCF's";
    frame.exit_code = static_cast<std::int32_t>(agent::OcfExitCode::err_generic);
  }
  return frame;
}

/// The resource is inactive: its agent object has nothing left to know.
bool is_over(const executor::RunFrame& frame, const agent::ActionResult& result) {
  return (frame.action == "stop" && result.code == agent::OcfExitCode::success) ||
         (frame.action == "monitor" && result.code == agent::OcfExitCode::not_running);
}

}  // namespace

NativeRunner::NativeRunner(PluginLibrary library, std::string state_directory)
    : library_(std::move(library)), state_directory_(std::move(state_directory)) {}

executor::EndedFrame NativeRunner::run(const executor::RunFrame& frame,
                                       const std::function<void(int)>&) {
  const std::shared_ptr<agent::PluginInstance> agent = instance(frame.resource);
  const agent::ActionResult result = agent->run(call_of(frame, state_directory_), log_for(frame));
  if (is_over(frame, result)) {
    forget(frame.resource);
  }
  return ended(frame.id, result);
}

std::shared_ptr<agent::PluginInstance> NativeRunner::instance(const std::string& key) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<agent::PluginInstance>& found = instances_[key];
  if (!found) {
    found = std::make_shared<agent::PluginInstance>(library_.table());
  }
  return found;
}

void NativeRunner::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  instances_.erase(key);
}

ShellRunner::ShellRunner(ocf::Installation installation, std::string state_directory)
    : installation_(std::move(installation)), state_directory_(std::move(state_directory)) {}

executor::EndedFrame ShellRunner::run(const executor::RunFrame& frame,
                                      const std::function<void(int)>& on_group) {
  const ocf::ShellOutcome outcome = ocf::run_shell_action(call_of(frame, state_directory_),
                                                          installation_, on_group, log_for(frame));
  executor::EndedFrame answer = ended(frame.id, outcome.result);
  if (outcome.timed_out) {
    answer.ending = executor::Ending::timed_out;
  }
  return answer;
}

}  // namespace mainstay::agenthost
