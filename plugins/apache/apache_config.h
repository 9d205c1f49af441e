// SPDX-License-Identifier: Apache-2.0
// What a check must know of an Apache configuration: where it listens and where its status page is.
// The rules of apache-conf.sh: conditional sections count as if they were true; IncludeOptional is
// not followed (so that Debian's server-status is not found, and the index page is what a check
// asks for).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mainstay::apache {

struct ServerConfig {
  std::vector<std::string> listen = {};  ///< as written: "80", "192.168.56.10:80", "[::]:80"
  std::optional<std::string> pid_file;   ///< the first PidFile, as written
  std::optional<std::string>
      status_location;  ///< the last <Location> with SetHandler server-status
};

/// How files are read; tests give a table of texts.
struct ConfigFiles {
  std::function<std::optional<std::string>(const std::string& path)> read;
  /// The files that an Include with wildcards, or of a directory, means; sorted.
  std::function<std::vector<std::string>(const std::string& pattern)> expand;
};
ConfigFiles real_config_files();

/// None if the file itself cannot be read; missing included files are passed over.
std::optional<ServerConfig> read_config(const std::string& path, const ConfigFiles& files);

/// "http://127.0.0.1:8080": the first plain Listen; `port` counts only where there is none, as with
/// the script; else port 80.
std::string local_url(const ServerConfig& config, const std::string& port, bool ipv6);

}  // namespace mainstay::apache
