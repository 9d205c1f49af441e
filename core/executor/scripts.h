// SPDX-License-Identifier: Apache-2.0
// Which scripts and units are installed on this host. Looks at the disk, briefly.
#pragma once

#include <string>

#include "core/model/agent_name.h"

namespace mainstay::executor {

struct ScriptPlaces {
  std::string ocf_root = "/usr/lib/ocf";
  std::string system_root = {};  ///< in front of /etc/init.d and /run/systemd; for tests

  std::string init_directory() const { return system_root + "/etc/init.d"; }
};

/// True for an ocf or lsb agent whose script can be run.
bool has_script(const ScriptPlaces& places, const model::AgentName& name);

/// What the class "service" means for this name here, as for Pacemaker: the init script if there is
/// one, else a unit where systemd runs the host; "lsb" or "systemd".
std::string class_of_service(const ScriptPlaces& places, const std::string& type);

}  // namespace mainstay::executor
