// SPDX-License-Identifier: Apache-2.0
// The kinds of values that attributes of a configuration have, as Pacemaker reads them.
#pragma once

#include <string_view>

namespace mainstay::cib {

enum class ValueKind {
  score,
  count,
  time,
  boolean,
  role,
  on_fail,
  order_kind,
  order_action,
  quorum_policy,
};

bool fits(ValueKind kind, std::string_view value);

/// "is no score; write a whole number, INFINITY or -INFINITY".
const char* complaint_about(ValueKind kind);

/// Length in milliseconds of "10", "10s", "1500ms", "2min", "1h"; -1 for other forms (ISO 8601
/// among them, which `fits` accepts).
long long milliseconds_of(std::string_view time);

}  // namespace mainstay::cib
