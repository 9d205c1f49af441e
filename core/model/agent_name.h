// SPDX-License-Identifier: Apache-2.0
// The name of a resource agent as a CIB spells it: class, provider, type.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mainstay::model {

/// `standard` is the CIB's attribute "class" (a C++ keyword): ocf, systemd, service, lsb, stonith.
struct AgentName {
  std::string standard;
  std::string provider;  ///< empty unless the standard is ocf
  std::string type;
  auto operator<=>(const AgentName&) const = default;

  /// "ocf:heartbeat:IPaddr2", "systemd:apache2".
  std::string text() const;
  /// Reads both forms. A systemd type may itself hold colons or an instance ("getty@tty1").
  static Result<AgentName> parse(std::string_view text);
};

}  // namespace mainstay::model
