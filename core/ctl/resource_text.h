// SPDX-License-Identifier: Apache-2.0
// `resource config` as pcs 0.11 prints it, and the values of defaults.
#pragma once

#include "core/cib/document.h"
#include "core/ctl/text.h"

namespace mainstay::ctl {

/// The named resources, or all. Errors: a name that does not exist.
Result<std::string> resource_config_text(const cib::Document& cib, const Words& ids);

/// `tag` is "rsc_defaults" or "op_defaults".
std::string defaults_text(const cib::Document& cib, const std::string& tag);

}  // namespace mainstay::ctl
