// SPDX-License-Identifier: Apache-2.0
// Lengths of time as a CIB writes them.
#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"

namespace mainstay::cib {

/// "10s", "2min", "500ms", "10" (seconds), "INFINITY", and ISO 8601 ("PT5M"; a year has 365 days, a
/// month 30). Nothing for other texts and for what exceeds a thousand years.
std::optional<Duration> parse_duration(const std::string& written);

}  // namespace mainstay::cib
