// SPDX-License-Identifier: Apache-2.0
// `resource config` as pcs 0.11 prints it, the values of defaults, and `resource latency`.
#pragma once

#include "core/cib/document.h"
#include "core/ctl/text.h"
#include "core/model/monitor_times.h"

namespace mainstay::ctl {

/// The named resources, or all. Errors: a name that does not exist.
Result<std::string> resource_config_text(const cib::Document& cib, const Words& ids);

/// `tag` is "rsc_defaults" or "op_defaults".
std::string defaults_text(const cib::Document& cib, const std::string& tag);

/// How long monitors take, a line for each; of the named resources, or of all.
std::string latency_text(const std::vector<model::MonitorTimes>& times, const Words& resources);

}  // namespace mainstay::ctl
