// SPDX-License-Identifier: Apache-2.0
#include "core/executor/scripts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace mainstay::executor {
namespace {

/// Where systemd reads units from, those that it has generated from init scripts included.
constexpr std::array<const char*, 8> kUnitFolders = {
    "/etc/systemd/system",           "/run/systemd/system",        "/run/systemd/generator.early",
    "/run/systemd/generator",        "/usr/lib/systemd/system",    "/lib/systemd/system",
    "/usr/local/lib/systemd/system", "/run/systemd/generator.late"};

bool is_component(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

bool can_be_run(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

/// "getty@tty1" is an instance of "getty@.service"; a name with a kind of its own keeps it.
std::string unit_file(const std::string& type) {
  const std::size_t dot = type.rfind('.');
  const bool has_kind = dot != std::string::npos && type.find('@', dot) == std::string::npos;
  const std::string name = type.substr(0, has_kind ? dot : std::string::npos);
  const std::string kind = has_kind ? type.substr(dot) : ".service";
  return name.substr(0, name.find('@') == std::string::npos ? name.size() : name.find('@') + 1) +
         kind;
}

}  // namespace

bool has_script(const ScriptPlaces& places, const model::AgentName& name) {
  if (!is_component(name.type)) {
    return false;
  }
  if (name.standard == "lsb") {
    return can_be_run(places.init_directory() + "/" + name.type);
  }
  return name.standard == "ocf" && is_component(name.provider) &&
         can_be_run(places.ocf_root + "/resource.d/" + name.provider + "/" + name.type);
}

std::string class_of_service(const ScriptPlaces& places, const std::string& type) {
  const bool systemd_runs = exists(places.system_root + "/run/systemd/system");
  const bool has_unit =
      is_component(type) &&
      std::any_of(kUnitFolders.begin(), kUnitFolders.end(), [&](const char* folder) {
        return exists(places.system_root + folder + "/" + unit_file(type));
      });
  if (systemd_runs && (has_unit || !has_script(places, {"lsb", "", type}))) {
    return "systemd";
  }
  return "lsb";
}

}  // namespace mainstay::executor
