// SPDX-License-Identifier: Apache-2.0
// Everything that a controller can ask its surroundings to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/time.h"
#include "core/cib/document.h"
#include "core/model/operation.h"

namespace mainstay::controller {

/// Send to every member, in order, ourselves included. At most membership::kMaxPayload bytes.
struct Broadcast {
  std::string payload;
};

struct RunAction {
  model::ActionRequest request;
};

/// Drop a RunAction that has not begun.
struct CancelAction {
  std::uint64_t call_id = 0;
};

/// The resource has no recurring monitor any more: its changes are of no interest.
struct EndWatch {
  std::string resource;
};

/// A TimerFired with this id is wanted at `due`. Arming an armed id moves it.
struct ArmTimer {
  std::uint64_t timer = 0;
  TimePoint due;
};
struct CancelTimer {
  std::uint64_t timer = 0;
};

/// Write the configuration to disk, atomically; answer with CibStored. A newer StoreCib may
/// overtake an older one.
struct StoreCib {
  cib::Version version;
  std::string text;
  std::string digest;
};

/// Keep a configuration that lost against another after a partition, beside the live one.
struct KeepAside {
  std::string text;
  std::string why;
};

/// The answer to a client's request.
struct Reply {
  std::uint64_t request = 0;
  std::optional<Error> error;
  std::string detail;  ///< on success: the new version, or what is blocked
};

/// Nothing is under way in the cluster: a time for housekeeping, and for Controller::rest().
struct Settled {};

/// This node has nothing left to do in the cluster: leave the group and end.
struct Left {};

/// A log line. Decisions are told as data; writing them is the daemon's business.
struct Note {
  LogLevel level = LogLevel::info;
  std::string message;
  LogFields fields;
};

using Effect = std::variant<Broadcast, RunAction, CancelAction, EndWatch, ArmTimer, CancelTimer,
                            StoreCib, KeepAside, Reply, Settled, Left, Note>;

}  // namespace mainstay::controller
