// SPDX-License-Identifier: Apache-2.0
// A cgroup for the processes of one agent host, so that none of them can leave by becoming a
// session of its own. Only below a cgroup that systemd has delegated to us.
#pragma once

#include <string>

namespace mainstay::executor {

/// This process's own cgroup if systemd has delegated it (Delegate=yes), else empty.
std::string delegated_cgroup();

/// Ends what an earlier daemon has left in its hosts' cgroups below `parent`, and removes them.
void clear_host_cgroups(const std::string& parent);

class HostCgroup {
 public:
  /// Makes PARENT/host-NAME if it is not there. With an empty parent, or where that fails, there is
  /// no cgroup and path() is empty.
  HostCgroup(const std::string& parent, const std::string& name);
  /// Ends what is in it.
  ~HostCgroup();
  HostCgroup(const HostCgroup&) = delete;
  HostCgroup& operator=(const HostCgroup&) = delete;

  const std::string& path() const { return path_; }
  /// Sends SIGKILL to every process in it.
  void kill() const;

 private:
  std::string path_;
};

}  // namespace mainstay::executor
