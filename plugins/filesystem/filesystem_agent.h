// SPDX-License-Identifier: Apache-2.0
// The actions of the native Filesystem.
#pragma once

#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "core/base/result.h"
#include "plugins/filesystem/settings.h"

namespace mainstay::filesystem {

class FilesystemAgent final : public agent::ResourceAgent {
 public:
  agent::ActionResult start(const agent::ActionContext& context) override;
  agent::ActionResult stop(const agent::ActionContext& context) override;
  agent::ActionResult monitor(const agent::ActionContext& context) override;
  agent::ActionResult validate_all(const agent::ActionContext& context) override;
  agent::WatchStart watch(const agent::ActionContext& context,
                          const agent::Watcher& watcher) override;

 private:
  struct Target {
    Settings settings;
    std::string device;       ///< its tag resolved; the tag where there is no such device
    bool on_device = false;   ///< a block device, whether or not it is there
    std::string mount_point;  ///< the directory's true path; empty: not configured
  };
  using Clock = agent::ActionContext::Clock;

  static std::variant<Target, agent::ActionResult> prepare(const agent::ActionContext& context);
  static agent::ActionResult find_device(const agent::ActionContext& context, Target& target);
  static agent::ActionResult check_filesystem(const agent::ActionContext& context,
                                              const Target& target);
  static agent::ActionResult look_deeper(const agent::ActionContext& context, const Target& target);
  static bool release(const agent::ActionContext& context, const Target& target,
                      const std::string& place, Clock::time_point until);
  static void signal_users(const agent::ActionContext& context, const Target& target,
                           const std::string& place, const std::vector<int>& signals,
                           Clock::time_point until);
};

}  // namespace mainstay::filesystem
