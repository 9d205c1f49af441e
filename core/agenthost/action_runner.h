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
#include "core/agenthost/watches.h"
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
  virtual void unwatch(const std::string& resource) = 0;
};

/// One agent object per resource, from its first action until it is stopped.
class NativeRunner final : public ActionRunner {
 public:
  /// `changed` takes a resource of which a watch has told something; from any thread.
  /// `attributes` takes what actions set of the node's attributes; from any thread.
  NativeRunner(PluginLibrary library, std::string state_directory, Watches::Tell changed,
               agent::AttributeSink attributes);
  executor::EndedFrame run(executor::RunFrame frame,
                           const std::function<void(int)>& on_group) override;
  void unwatch(const std::string& resource) override;

 private:
  std::shared_ptr<agent::PluginInstance> instance(const std::string& key);
  void forget(const std::string& key);

  PluginLibrary library_;
  std::string state_directory_;
  agent::AttributeSink attributes_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<agent::PluginInstance>> instances_;
  Watches watches_;  // ends before the library does
};

class ShellRunner final : public ActionRunner {
 public:
  ShellRunner(ocf::Installation installation, std::string state_directory);
  executor::EndedFrame run(executor::RunFrame frame,
                           const std::function<void(int)>& on_group) override;
  /// Scripts watch nothing.
  void unwatch(const std::string&) override {}

 private:
  ocf::Installation installation_;
  std::string state_directory_;
};

}  // namespace mainstay::agenthost
