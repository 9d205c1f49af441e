// SPDX-License-Identifier: Apache-2.0
// How long the runs of one recurring operation of a node take.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/time.h"

namespace mainstay::model {

struct MonitorTimes {
  std::string resource;
  std::string operation;
  Duration interval{0};
  Duration timeout{0};
  std::uint64_t runs = 0;  ///< since it began on this node, but for those that found a change
  Duration last{0};
  Duration recent{0};  ///< moving average of about 8 runs
  Duration usual{0};   ///< of about 256
  Duration longest{0};
  bool operator==(const MonitorTimes&) const = default;
};

}  // namespace mainstay::model
