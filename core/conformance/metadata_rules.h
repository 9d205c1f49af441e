// SPDX-License-Identifier: Apache-2.0
// Whether meta-data is what OCF's resource agent API 1.1 (ra-api.rng) wants. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mainstay::conformance {

/// What is wrong, one line each; empty if nothing is. `type`: the name by which the agent is known.
/// Unknown content types pass: agents have always had their own.
std::vector<std::string> metadata_complaints(std::string_view xml, std::string_view type);

}  // namespace mainstay::conformance
