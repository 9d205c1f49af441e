// SPDX-License-Identifier: Apache-2.0
// A plugin as the agent host gets it: by its file. For agents that tests see from outside only.
#pragma once

#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "core/agent/agent_call.h"

namespace mainstay::testing {

/// The table of DIRECTORY/NAME.so; stays loaded as long as the program.
inline const agent::abi::Plugin& load_plugin(const std::string& directory,
                                             const std::string& name) {
  const std::string file = directory + "/" + name + ".so";
  void* library = ::dlopen(file.c_str(), RTLD_NOW);
  const auto* table = static_cast<const agent::abi::Plugin*>(
      library == nullptr ? nullptr : ::dlsym(library, "mainstay_agent_plugin"));
  if (table == nullptr) {
    std::fprintf(stderr, "cannot load %s: %s\n", file.c_str(), ::dlerror());
    std::abort();
  }
  return *table;
}

/// One configured resource, served by a plugin.
class NativeResource {
 public:
  NativeResource(const agent::abi::Plugin& plugin, agent::AgentCall call)
      : instance_(plugin), call_(std::move(call)) {}

  agent::AgentCall& call() { return call_; }
  /// Where the node's attributes go; without it the agent is told that nobody wants them.
  void on_attribute(agent::AttributeSink sink) { attributes_ = std::move(sink); }
  /// "probe" is a monitor that does not recur.
  agent::ActionResult run(const std::string& action, int check_level = 0) {
    agent::AgentCall call = call_;
    call.action = action == "probe" ? "monitor" : action;
    call.interval = std::chrono::seconds(action == "monitor" ? 10 : 0);
    call.deadline = std::chrono::steady_clock::now() + call.timeout;
    if (check_level != 0) {
      call.parameters["OCF_CHECK_LEVEL"] = std::to_string(check_level);
    }
    return instance_.run(
        call, [](auto, const std::string&) {}, attributes_);
  }
  int code(const std::string& action, int check_level = 0) {
    return static_cast<int>(run(action, check_level).code);
  }

 private:
  agent::PluginInstance instance_;
  agent::AgentCall call_;
  agent::AttributeSink attributes_;
};

}  // namespace mainstay::testing
