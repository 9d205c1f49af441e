// SPDX-License-Identifier: Apache-2.0
// Names and texts: attributes, parameters, options as a CIB and agents have them.
#pragma once

#include <string>

#include "core/base/flat_map.h"

namespace mainstay::model {

using Values = FlatMap<std::string, std::string>;

}  // namespace mainstay::model
