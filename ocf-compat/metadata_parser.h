// SPDX-License-Identifier: Apache-2.0
// OCF meta-data XML as values. Pure. Lax as its writers are: unknown content types, elements and
// attributes pass; a DOCTYPE is skipped and nothing is ever fetched.
#pragma once

#include <optional>
#include <string_view>

#include "core/agent/agent_info.h"
#include "core/base/result.h"

namespace mainstay::ocf {

/// Class, provider and type are left for the caller; `name` of the document becomes the type.
Result<agent::AgentInfo> parse_metadata(std::string_view xml);

/// "20s", "20", "500ms", "2min", "1h": an interval as agents and CIBs write it; a bare number is
/// seconds.
std::optional<Duration> parse_interval(std::string_view text);

}  // namespace mainstay::ocf
