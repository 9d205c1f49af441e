// SPDX-License-Identifier: Apache-2.0
#include "core/controller/own_attributes.h"

#include <algorithm>

namespace mainstay::controller {

bool OwnAttributes::set(const model::AttributeUpdate& update, TimePoint now) {
  const auto found = all_.find(update.name);
  if (found == all_.end()) {
    if (all_.size() >= kMost) {
      return false;
    }
    all_[update.name] = {update.value, now + update.dampening, update.is_private};
  } else if (found->second.value != update.value) {
    const bool is_private = found->second.is_private || update.is_private;
    found->second = {update.value, now + update.dampening, is_private};
  }
  return true;
}

void OwnAttributes::adopt(const std::string& name, const std::optional<std::string>& value,
                          bool is_private) {
  if (!value) {
    all_.erase(name);
  } else if (all_.contains(name) || all_.size() < kMost) {
    all_[name] = {value, std::nullopt, is_private};
  }
}

std::vector<model::AttributeUpdate> OwnAttributes::due(TimePoint now, const Known& known) {
  std::vector<model::AttributeUpdate> told;
  for (auto one = all_.begin(); one != all_.end();) {
    auto& [name, wanted] = *one;
    if (wanted.due && *wanted.due <= now) {
      wanted.due.reset();
      if (known(name) != wanted.value) {
        told.push_back({.name = name, .value = wanted.value, .is_private = wanted.is_private});
      }
    }
    // Nobody has to be told again of one that is not there.
    const bool is_over = !wanted.due && !wanted.value;
    one = is_over ? all_.erase(one) : std::next(one);
  }
  return told;
}

std::optional<TimePoint> OwnAttributes::next() const {
  std::optional<TimePoint> first;
  for (const auto& [name, wanted] : all_) {
    if (wanted.due && (!first || *wanted.due < *first)) {
      first = wanted.due;
    }
  }
  return first;
}

void OwnAttributes::forget_told() {
  for (auto& [name, wanted] : all_) {
    if (!wanted.due) {
      wanted.due = TimePoint{};
    }
  }
}

}  // namespace mainstay::controller
