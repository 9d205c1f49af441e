// SPDX-License-Identifier: Apache-2.0
// Filesystem's parameters as typed settings. Reads nothing but the action's parameters.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/agent/mainstay_agent.h"

namespace mainstay::filesystem {

/// Whose processes may be signalled when the filesystem is busy.
enum class ForceUnmount : std::uint8_t {
  no,
  all,  ///< everybody who uses the filesystem, wherever else it is mounted
  safe  ///< those who have something open below the mount point
};

struct Settings {
  std::string device;     ///< a path, "UUID=…", "LABEL=…", host:/export, or a word ("tmpfs")
  std::string directory;  ///< without slashes at its end; empty: not configured
  std::string fstype;     ///< empty: to be found out; "none" for bind mounts
  std::string options;
  std::string status_file;          ///< of a monitor of depth 20
  bool may_be_block_device = true;  ///< not so by type or options
  bool is_bind = false;
  bool needs_fsck = false;
  bool fast_stop = false;
  ForceUnmount force_unmount = ForceUnmount::all;
  std::vector<int> term_signals;
  std::vector<int> kill_signals;
  std::chrono::seconds signal_delay{1};

  /// Of a network: a forced unmount may help.
  bool is_remote() const;
  bool has_option(std::string_view name) const;
};

/// Settings, or what is wrong with the parameters.
std::variant<Settings, agent::ActionResult> read_settings(const agent::ActionContext& context,
                                                          const std::string& node);

/// A clone of a filesystem that two nodes must not mount at once is refused; `warning` is for the
/// log where it is allowed all the same.
struct CloneVerdict {
  bool refused = false;
  std::string warning;
};
CloneVerdict judge_clone(const agent::ActionContext& context, const Settings& settings);

}  // namespace mainstay::filesystem
