// SPDX-License-Identifier: Apache-2.0
// `mainstay agent new`: a plugin project that builds, tests and installs as it is.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mainstay::ctl {

/// The files of core/ctl/agent_template by name, with places to fill in.
extern const std::map<std::string_view, std::string_view> kAgentTemplate;

/// File names and texts of the project of ocf:PROVIDER:NAME. Pure. Errors: a name that cannot be
/// one.
Result<std::map<std::string, std::string>> agent_project(const std::string& name,
                                                         const std::string& provider);

/// Makes the directory if need be. Overwrites nothing: if one of the files exists, none is written.
Status write_files(const std::string& directory, const std::map<std::string, std::string>& files);

}  // namespace mainstay::ctl
