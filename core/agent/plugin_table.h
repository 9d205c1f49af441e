// SPDX-License-Identifier: Apache-2.0
// Walking a plugin's table. Elements lie as far apart as the plugin was built with: a newer
// plugin's longer elements are read as far as we know them.
#pragma once

#include <cstddef>

#include "core/agent/mainstay_agent_abi.h"

namespace mainstay::agent {

template <class T>
const T& table_element(const T* first, std::uint64_t stride, std::uint64_t index) {
  const auto* bytes = reinterpret_cast<const std::byte*>(first);
  return *reinterpret_cast<const T*>(bytes + stride * index);
}

inline const Parameter& parameter_at(const abi::Plugin& plugin, std::uint64_t index) {
  return table_element(plugin.parameters, plugin.parameter_size, index);
}
inline const Translation& translation_at(const abi::Plugin& plugin, std::uint64_t index) {
  return table_element(plugin.translations, plugin.translation_size, index);
}
inline const Action& action_at(const abi::Plugin& plugin, std::uint64_t index) {
  return table_element(plugin.actions, plugin.action_size, index);
}

}  // namespace mainstay::agent
