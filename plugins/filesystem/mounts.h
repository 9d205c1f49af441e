// SPDX-License-Identifier: Apache-2.0
// What is mounted where, and mounting: by libmount, which alone knows helpers (mount.nfs), loop
// devices and tags (UUID=). Threading: any. Errors: errno, with libmount's words.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::filesystem {

struct Mount {
  int id = 0;
  std::string source;
  std::string target;
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

/// An empty type is found out. Blocks as long as the kernel or a helper takes.
Status mount(const std::string& device, const std::string& directory, const std::string& fstype,
             const std::string& options);
/// EBUSY when it is in use. `force` for a server that does not answer.
Status unmount(const std::string& directory, bool force);

}  // namespace mainstay::filesystem
