// SPDX-License-Identifier: Apache-2.0
// What is mounted where, and mounting: by libmount, which knows loop devices and tags (UUID=), and
// by mount(8) where a helper (mount.nfs) or another host takes part, which may take its time.
// Threading: any. Errors: errno, with the words of libmount or the helper.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::filesystem {

struct Mount {
  int id = 0;
  std::string source;
  std::string target;
  std::string fstype;
  dev_t device = 0;
};

/// The mount table of the process's namespace, as the kernel orders it.
Result<std::vector<Mount>> list_mounts();

/// The last one at that place: it covers those before it.
const Mount* find_at(const std::vector<Mount>& mounts, const std::string& target);
/// Mount points below a directory, not itself; the deepest first.
std::vector<std::string> below(const std::vector<Mount>& mounts, const std::string& directory);
/// Where else the block device of the mount at `target` is mounted.
std::vector<std::string> elsewhere(const std::vector<Mount>& mounts, const std::string& target);

/// "UUID=…", "LABEL=…" to a path; other text stays. None: there is no such device.
std::optional<std::string> resolve(const std::string& device);

/// Whether that type has a program of its own to mount it.
bool has_helper(const std::string& fstype);

/// An empty type is found out. A helper is killed at the deadline; the kernel takes its time.
Status mount(const std::string& device, const std::string& directory, const std::string& fstype,
             const std::string& options, std::chrono::steady_clock::time_point deadline);
/// EBUSY when it is in use. `force` for a server that does not answer: what is still to be written
/// is lost. Where a server or a process is the filesystem, it is not waited for any longer than
/// until the deadline.
Status unmount(const Mount& mounted, bool force, std::chrono::steady_clock::time_point deadline);

}  // namespace mainstay::filesystem
