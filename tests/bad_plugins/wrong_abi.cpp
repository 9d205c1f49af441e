// SPDX-License-Identifier: Apache-2.0
// A plugin of a future ABI: nothing behind the version can be relied on, so nothing else is there.
#include <cstdint>

extern "C" __attribute__((visibility("default"))) const std::uint32_t mainstay_agent_plugin[2];
const std::uint32_t mainstay_agent_plugin[2] = {99, 8};
