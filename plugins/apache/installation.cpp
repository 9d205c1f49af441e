// SPDX-License-Identifier: Apache-2.0
#include "plugins/apache/installation.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/read_file.h"

namespace mainstay::apache {
namespace {

constexpr std::size_t kLongestEntry = 64 * 1024;

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

int pid_in(const std::string& file) {
  const auto text = read_file(file, kLongestEntry);
  int pid = 0;
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), pid);
  }
  return pid;
}

/// A pid file may be older than the process that has its number now.
bool is_web_server(int pid) {
  const auto name = read_file("/proc/" + std::to_string(pid) + "/comm", kLongestEntry);
  return name && (name->starts_with("httpd") || name->starts_with("apache"));
}

bool is_of_unit(int pid, const std::string& unit) {
  const auto groups = read_file("/proc/" + std::to_string(pid) + "/cgroup", kLongestEntry);
  const std::string part = "/" + unit;
  return groups && (groups->find(part + "\n") != std::string::npos ||
                    groups->find(part + "/") != std::string::npos);
}

}  // namespace

const Distribution* find_distribution() {
  // In the script's order.
  static const std::array<Distribution, 3> kDistributions{{
      {"/etc/apache2/httpd.conf",
       "apache2.service",
       "/run/httpd.pid",
       {"/usr/sbin/start_apache2", "-t"}},
      {"/etc/apache2/apache2.conf",
       "apache2.service",
       "/run/apache2/apache2.pid",
       {"/usr/sbin/apache2ctl", "configtest"}},
      {"/etc/httpd/conf/httpd.conf", "httpd.service", "/run/httpd/httpd.pid", {}},
  }};
  const auto* const found =
      std::find_if(kDistributions.begin(), kDistributions.end(),
                   [](const Distribution& one) { return ::access(one.config_file, R_OK) == 0; });
  return found == kDistributions.end() ? nullptr : found;
}

std::optional<std::string> find_program(const std::string& configured) {
  if (is_program(configured)) {
    return configured;
  }
  for (const char* path : {"/sbin/httpd2", "/usr/sbin/httpd2", "/usr/sbin/apache2", "/sbin/httpd",
                           "/usr/sbin/httpd", "/usr/sbin/apache", "/opt/IBMHTTPServer/bin/httpd"}) {
    if (is_program(path)) {
      return path;
    }
  }
  return std::nullopt;
}

int find_outside(const std::string& unit, const std::vector<std::string>& pid_files) {
  for (const std::string& file : pid_files) {
    const int pid = file.starts_with('/') ? pid_in(file) : 0;
    if (pid > 0 && is_web_server(pid) && !is_of_unit(pid, unit)) {
      return pid;
    }
  }
  return 0;
}

bool shows_error_pages(const std::string& client) {
  if (!client.empty()) {
    return client == "curl";
  }
  return !is_program("/usr/bin/wget") && !is_program("/usr/local/bin/wget");
}

}  // namespace mainstay::apache
