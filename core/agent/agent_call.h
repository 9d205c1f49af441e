// SPDX-License-Identifier: Apache-2.0
// One action as values, and how to put it to a plugin's table. Used by the agent host and by tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/agent/mainstay_agent.h"

namespace mainstay::agent {

/// Takes an attribute of the node; no value: it is deleted.
using AttributeSink =
    std::function<void(const std::string& name, const std::optional<std::string>& value,
                       std::chrono::milliseconds dampening)>;
using LogSink = std::function<void(LogSeverity, const std::string&)>;

/// An action to run. `deadline` is when it must be done; the timeout is what the agent is told.
struct AgentCall {
  std::string action;
  std::string resource;
  std::string standard = "ocf";
  std::string provider;
  std::string type;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> meta;
  std::chrono::milliseconds timeout{20'000};
  std::chrono::milliseconds interval{0};
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::string state_directory = "/run/resource-agents";
  bool last = false;  ///< the process ends when this action does

  /// OCF_CHECK_LEVEL, given as a parameter or as a meta value; 0 if it is neither or no number.
  int check_level() const;
  /// A monitor that does not recur.
  bool is_probe() const { return action == "monitor" && interval.count() == 0; }
};

/// An object of a plugin's. Owns it; the plugin must stay loaded. Exceptions that a foreign plugin
/// lets out become err_generic.
class PluginInstance {
 public:
  explicit PluginInstance(const abi::Plugin& plugin) noexcept : plugin_(&plugin) {}
  ~PluginInstance();
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  /// Makes the object if there is none yet, then runs the action. Not for two threads at once.
  /// Without a sink for attributes the agent is told that nobody wants them.
  ActionResult run(const AgentCall& call, const LogSink& log, const AttributeSink& attributes = {});

  struct Watched {
    void* watch = nullptr;
    ActionResult result;  ///< without a watch: success if there is nothing to watch
  };
  bool can_watch() const;
  /// Begins to watch the resource of `call`, a monitor. As run(): not for two threads at once.
  Watched watch(const AgentCall& call, const LogSink& log, const abi::WatchInput& host);
  /// Before the object is gone; runs beside actions.
  void unwatch(void* watch);

 private:
  bool make(abi::ActionOutput* output);

  const abi::Plugin* plugin_;
  void* object_ = nullptr;
};

/// Empty if the table can be used, else what is wrong with it.
std::string defect(const abi::Plugin& plugin);
/// What to say of a table of another version.
std::string version_mismatch(std::uint32_t version);

}  // namespace mainstay::agent
