// SPDX-License-Identifier: Apache-2.0
// A whole file, put in the place of another.
#pragma once

#include <string>

#include "core/base/result.h"

namespace mainstay {

/// Readers see the old one or the new one, whole, even
/// after a loss of power.
Status write_file(const std::string& path, const std::string& text);

}  // namespace mainstay
