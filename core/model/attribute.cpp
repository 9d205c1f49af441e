// SPDX-License-Identifier: Apache-2.0
#include "core/model/attribute.h"

#include <algorithm>

namespace mainstay::model {
namespace {

/// Control characters cannot stand in XML.
bool is_clean(const std::string& text) {
  return text.size() <= AttributeUpdate::kLongest &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

}  // namespace

std::string defect(const AttributeUpdate& update) {
  if (update.name.empty() || !is_clean(update.name)) {
    return "its name is empty, longer than 1024 bytes, or has control characters";
  }
  if (update.value && !is_clean(*update.value)) {
    return "the value of " + update.name + " is longer than 1024 bytes, or has control characters";
  }
  return update.dampening < Duration{0} ? "its dampening is negative" : "";
}

}  // namespace mainstay::model
