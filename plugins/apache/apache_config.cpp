// SPDX-License-Identifier: Apache-2.0
// Line by line through a configuration and what it includes.
#include "plugins/apache/apache_config.h"

#include <dirent.h>
#include <glob.h>
#include <strings.h>
#include <sys/stat.h>

#include <sstream>
#include <utility>

#include "core/base/read_file.h"

namespace mainstay::apache {
namespace {

constexpr int kDeepestInclude = 16;
constexpr int kMostFiles = 2000;

bool is_word(const std::string& word, const char* expected) {
  return ::strcasecmp(word.c_str(), expected) == 0;
}

std::string unquoted(std::string text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

class Reader {
 public:
  explicit Reader(const ConfigFiles& files) : files_(files) {}

  bool read(const std::string& path, int depth) {
    if (depth > kDeepestInclude || ++read_ > kMostFiles) {
      return false;
    }
    const auto text = files_.read(path);
    if (!text) {
      return false;
    }
    if (root_.empty()) {
      root_ = path.substr(0, path.rfind('/'));
    }
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      take(line, depth);
    }
    return true;
  }

  ServerConfig config;

 private:
  void take(const std::string& line, int depth) {
    std::istringstream words(line);
    std::string directive;
    std::string value;
    if (!(words >> directive) || directive.front() == '#') {
      return;
    }
    words >> value;
    value = unquoted(value);
    if (is_word(directive, "Include")) {
      include(value, depth);
    } else if (is_word(directive, "ServerRoot")) {
      root_ = value;
    } else if (is_word(directive, "Listen") || is_word(directive, "Port")) {
      config.listen.push_back(value);
    } else if (is_word(directive, "PidFile") && !config.pid_file) {
      config.pid_file = value;
    } else if (is_word(directive, "<Location")) {
      location_ = value.substr(0, value.find('>'));
      location_ = unquoted(location_);
    } else if (is_word(directive, "</Location>")) {
      location_.clear();
    } else if (is_word(directive, "SetHandler") && is_word(value, "server-status") &&
               !location_.empty()) {
      config.status_location = location_;
    }
  }

  void include(const std::string& target, int depth) {
    const std::string pattern = target.starts_with('/') ? target : root_ + "/" + target;
    for (const std::string& file : files_.expand(pattern)) {
      read(file, depth + 1);
    }
  }

  const ConfigFiles& files_;
  std::string root_;
  std::string location_;
  int read_ = 0;
};

std::optional<std::string> read_text(const std::string& path) {
  struct stat status {};
  constexpr std::size_t kLargest = 16 * 1024 * 1024;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  auto text = read_file(path, kLargest);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

std::vector<std::string> expand_pattern(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const std::string path = found.gl_pathv[i];
      struct stat status {};
      if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
        const auto inside = expand_pattern(path + "/*");
        paths.insert(paths.end(), inside.begin(), inside.end());
      } else {
        paths.push_back(path);
      }
    }
  }
  ::globfree(&found);
  return paths;
}

}  // namespace

ConfigFiles real_config_files() {
  return {read_text, expand_pattern};
}

std::optional<ServerConfig> read_config(const std::string& path, const ConfigFiles& files) {
  Reader reader(files);
  if (!reader.read(path, 0)) {
    return std::nullopt;
  }
  return std::move(reader.config);
}

std::string local_url(const ServerConfig& config, const std::string& port, bool ipv6) {
  const std::string self = ipv6 ? "[::1]" : "127.0.0.1";
  for (const std::string& listen : config.listen) {
    const std::size_t colon = listen.rfind(':');
    const std::string number = colon == std::string::npos ? listen : listen.substr(colon + 1);
    if (number == "443") {
      continue;
    }
    const std::string host = colon == std::string::npos ? "" : listen.substr(0, colon);
    const bool everywhere = host.empty() || host == "*" || host == "0.0.0.0";
    return "http://" + (everywhere ? self : host == "[::]" ? "[::1]" : host) + ":" + number;
  }
  return "http://" + self + ":" + (port.empty() ? "80" : port);
}

}  // namespace mainstay::apache
