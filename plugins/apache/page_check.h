// SPDX-License-Identifier: Apache-2.0
// Whether the server serves what it should: the two depths of the script's monitor.
#pragma once

#include <optional>
#include <string>

#include "core/agent/mainstay_agent.h"

namespace mainstay::apache {

/// True when a line of `text` matches the extended regular expression, case ignored (grep -Ei).
/// None if it is none.
std::optional<bool> has_match(const std::string& text, const std::string& regex);

/// Of testregex.
inline constexpr const char* kDefaultRegex = "</ *html *>";

/// Depth 10: testurl must match testregex10. Depth 0: the status page must match testregex; where
/// nothing of this is configured, any answer of the index page will do instead.
agent::ActionResult check_pages(const agent::ActionContext& context,
                                const std::string& config_file);

}  // namespace mainstay::apache
