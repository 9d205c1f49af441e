// SPDX-License-Identifier: Apache-2.0
// What a plugin watches for the resources of its host, from the first recurring monitor on.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/agent/agent_call.h"
#include "core/agenthost/watch_loop.h"

namespace mainstay::agenthost {

/// Threading: any; of one resource keep() is not called twice at once.
class Watches {
 public:
  /// Takes the resource that may have changed. After it has been called for a resource it is not
  /// called again before that resource's next monitor: a flood of hints ends here. Any thread.
  using Tell = std::function<void(const std::string& resource)>;

  explicit Watches(Tell tell) : tell_(std::move(tell)) {}
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  /// Before the recurring monitor `call` runs: begins to watch its resource unless that is done
  /// already with the same parameters. True if it is watched.
  bool keep(const agent::AgentCall& call, const std::shared_ptr<agent::PluginInstance>& instance,
            const agent::LogSink& log);
  /// Ends the watch of a resource, if there is one.
  void end(const std::string& resource);

 private:
  struct Entry;

  static void begin(Entry& entry, const agent::AgentCall& call,
                    const std::shared_ptr<agent::PluginInstance>& instance,
                    const agent::LogSink& log);
  static void stop(Entry& entry);
  static agent::abi::WatchInput input_for(Entry& entry);
  void changed(Entry& entry);

  Tell tell_;
  WatchLoop loop_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace mainstay::agenthost
