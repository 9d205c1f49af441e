// SPDX-License-Identifier: Apache-2.0
// A whole file as text.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"

namespace mainstay {

/// Reads until the end, so pipes and files of /proc work too. "-" is the standard input. Errors:
/// that of the operating system, or limit_exceeded where there are more than `most` bytes; both
/// name the path. Blocks.
Result<std::string> read_file(const std::string& path, std::size_t most);

}  // namespace mainstay
