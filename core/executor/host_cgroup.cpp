// SPDX-License-Identifier: Apache-2.0
// https://docs.kernel.org/admin-guide/cgroup-v2.html
#include "core/executor/host_cgroup.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace mainstay::executor {
namespace {

constexpr const char* kPrefix = "host-";

void kill_all(const std::string& cgroup) {
  std::ofstream out(cgroup + "/cgroup.kill");
  if (out << "1" << std::flush) {
    return;
  }
  // Before Linux 5.14 there is no such file. What forks meanwhile is missed, as it was without.
  std::ifstream in(cgroup + "/cgroup.procs");
  for (pid_t pid = 0; in >> pid;) {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
    }
  }
}

}  // namespace

std::string delegated_cgroup() {
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("0::")) {
      continue;
    }
    std::string path = "/sys/fs/cgroup" + line.substr(3);
    for (const char* name : {"user.delegate", "trusted.delegate"}) {
      std::array<char, 2> value{};
      if (::getxattr(path.c_str(), name, value.data(), value.size()) == 1 && value[0] == '1') {
        return path;
      }
    }
  }
  return {};
}

void clear_host_cgroups(const std::string& parent) {
  std::error_code failure;
  for (std::filesystem::directory_iterator item(parent, failure), end; !failure && item != end;
       item.increment(failure)) {
    if (item->path().filename().string().starts_with(kPrefix)) {
      kill_all(item->path());
      ::rmdir(item->path().c_str());
    }
  }
}

HostCgroup::HostCgroup(const std::string& parent, const std::string& name) {
  if (parent.empty()) {
    return;
  }
  const std::string path = parent + "/" + kPrefix + name;
  // One whose processes are still dying cannot be removed, but can be used again.
  if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) {
    path_ = path;
  }
}

HostCgroup::~HostCgroup() {
  if (!path_.empty()) {
    kill();
    ::rmdir(path_.c_str());
  }
}

void HostCgroup::kill() const {
  if (!path_.empty()) {
    kill_all(path_);
  }
}

}  // namespace mainstay::executor
