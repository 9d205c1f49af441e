// SPDX-License-Identifier: Apache-2.0
#include "core/agenthost/action_runner.h"

#include <chrono>
#include <utility>

#include "core/base/log.h"
#include "ocf-compat/init_script.h"

namespace mainstay::agenthost {
namespace {

agent::AgentCall call_of(executor::RunFrame frame, const std::string& state_directory) {
  agent::AgentCall call;
  call.action = std::move(frame.action);
  call.resource = std::move(frame.resource);
  call.standard = std::move(frame.standard);
  call.provider = std::move(frame.provider);
  call.type = std::move(frame.type);
  call.parameters = std::move(frame.parameters);
  call.meta = std::move(frame.meta);
  call.timeout = frame.timeout;
  call.interval = frame.interval;
  call.deadline = std::chrono::steady_clock::now() + frame.timeout;
  call.state_directory = state_directory;
  return call;
}

agent::LogSink log_for(const agent::AgentCall& call) {
  return [&call](agent::LogSeverity severity, const std::string& line) {
    log(static_cast<LogLevel>(severity), line.substr(0, 4096),
        {{"resource", call.resource}, {"action", call.action}});
  };
}

executor::EndedFrame ended(std::uint64_t id, agent::ActionResult result) {
  executor::EndedFrame frame;
  frame.id = id;
  frame.reason = std::move(result.reason);
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
bool is_over(const agent::AgentCall& call, agent::OcfExitCode code) {
  return (call.action == "stop" && code == agent::OcfExitCode::success) ||
         (call.action == "monitor" && code == agent::OcfExitCode::not_running);
}

}  // namespace

NativeRunner::NativeRunner(PluginLibrary library, std::string state_directory,
                           Watches::Tell changed, agent::AttributeSink attributes)
    : library_(std::move(library)),
      state_directory_(std::move(state_directory)),
      attributes_(std::move(attributes)),
      watches_(std::move(changed)) {}

executor::EndedFrame NativeRunner::run(executor::RunFrame frame, const std::function<void(int)>&) {
  const std::uint64_t id = frame.id;
  const agent::AgentCall call = call_of(std::move(frame), state_directory_);
  const std::shared_ptr<agent::PluginInstance> agent = instance(call.resource);
  const agent::LogSink log = log_for(call);
  // Before the monitor looks: what changes between the two must not be missed.
  const bool watched =
      call.action == "monitor" && !call.is_probe() && watches_.keep(call, agent, log);
  agent::ActionResult result = agent->run(call, log, attributes_);
  if (is_over(call, result.code)) {
    forget(call.resource);
  }
  executor::EndedFrame answer = ended(id, std::move(result));
  answer.watched = watched;
  return answer;
}

void NativeRunner::unwatch(const std::string& resource) {
  watches_.end(resource);
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

executor::EndedFrame ShellRunner::run(executor::RunFrame frame,
                                      const std::function<void(int)>& on_group) {
  const std::uint64_t id = frame.id;
  const agent::AgentCall call = call_of(std::move(frame), state_directory_);
  const ocf::ShellOutcome outcome =
      call.standard == "lsb" ? ocf::run_init_script(call, installation_, on_group, log_for(call))
                             : ocf::run_shell_action(call, installation_, on_group, log_for(call));
  executor::EndedFrame answer = ended(id, outcome.result);
  if (outcome.timed_out) {
    answer.ending = executor::Ending::timed_out;
  }
  return answer;
}

}  // namespace mainstay::agenthost
