// SPDX-License-Identifier: Apache-2.0
// What somebody who mistyped a command meant.
#pragma once

#include <string>
#include <vector>

namespace mainstay::ctl {

/// Of `known` the word nearest to `typed`, if it is near enough to be meant: at most a third of its
/// letters (and at least one) missing, wrong, left over or swapped. Empty: none is.
std::string nearest_word(const std::string& typed, const std::vector<std::string>& known);

}  // namespace mainstay::ctl
