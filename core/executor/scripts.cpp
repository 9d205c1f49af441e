// SPDX-License-Identifier: Apache-2.0
#include "core/executor/scripts.h"

#include <sys/stat.h>
#include <unistd.h>

namespace mainstay::executor {
namespace {

bool is_component(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

bool can_be_run(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
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
  struct stat status {};
  const bool systemd_runs =
      ::stat((places.system_root + "/run/systemd/system").c_str(), &status) == 0;
  return has_script(places, {"lsb", "", type}) || !systemd_runs ? "lsb" : "systemd";
}

}  // namespace mainstay::executor
