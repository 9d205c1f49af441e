// SPDX-License-Identifier: Apache-2.0
// A CIB that lies in a file.
#pragma once

#include <string>

#include "core/cib/document.h"

namespace mainstay::ctl {

/// Reads it; "-" is the standard input. Errors name the file; Errc::invalid_input: it was read and
/// holds no CIB. Blocks.
Result<cib::Document> read_cib_file(const std::string& path);

}  // namespace mainstay::ctl
