// SPDX-License-Identifier: Apache-2.0
// What a host does with a run frame: by a plugin or by a script.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/agent/agent_call.h"
#include "core/agenthost/plugin_library.h"
#include "core/executor/host_protocol.h"
#include "ocf-compat/shell_agent.h"

namespace mainstay::agenthost {

/// Threading: run() is called from many threads, never for one resource twice at once.
class ActionRunner {
 public:
  virtual ~ActionRunner() = default;
  /// `on_group` takes the process group of the action, and 0 when it is over.
  virtual executor::EndedFrame run(executor::RunFrame frame,
                                   const std::function<void(int)>& on_group) = 0;
};

/// One agent object per resource, from its first action until it is stopped.
class NativeRunner final : public ActionRunner {
 public:
  NativeRunner(PluginLibrary library, std::string state_directory);
  executor::EndedFrame run(executor::RunFrame frame,
                           const std::function<void(int)>& on_group) override;

 private:
  std::shared_ptr<agent::PluginInstance> instance(const std::string& key);
  void forget(const std::string& key);

  PluginLibrary library_;
  std::string state_directory_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<agent::PluginInstance>> instances_;
};

class ShellRunner final : public ActionRunner {
 public:
  ShellRunner(ocf::Installation installation, std::string state_directory);
  executor::EndedFrame run(executor::RunFrame frame,
                           const std::function<void(int)>& on_group) override;

 private:
  ocf::Installation installation_;
  std::string state_directory_;
};

}  // namespace mainstay::agenthost
