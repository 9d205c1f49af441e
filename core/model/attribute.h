// SPDX-License-Identifier: Apache-2.0
// A node's attribute that lasts as long as its membership (Pacemaker's lifetime "reboot").
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace mainstay::model {

struct AttributeUpdate {
  static constexpr std::size_t kLongest = 1024;  ///< of a name, and of a value

  std::string name;
  std::optional<std::string> value;  ///< none: the attribute is deleted
  Duration dampening{0};             ///< how long it must not change before the cluster hears of it
  bool is_private = false;           ///< for agents alone: never part of the CIB
  bool operator==(const AttributeUpdate&) const = default;
};

/// Attributes that are no part of the CIB: by node, by name.
using PrivateAttributes = std::map<std::string, std::map<std::string, std::string>>;

/// What is wrong with it; empty if nothing is.
std::string defect(const AttributeUpdate& update);

}  // namespace mainstay::model
