// SPDX-License-Identifier: Apache-2.0
// Everything that can happen to a controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/error.h"
#include "core/cib/document.h"
#include "core/model/attribute.h"
#include "core/model/operation.h"
#include "core/model/view.h"

namespace mainstay::controller {

struct ViewChanged {
  model::View view;
};

/// The cluster engine is gone; the next ViewChanged begins a new history.
struct Disconnected {
  std::string reason;
};

/// An ordered message of a member of the last view, ourselves included.
struct MessageArrived {
  std::uint32_t from = 0;
  std::string payload;
};

/// The end of a RunAction effect.
struct OperationFinished {
  model::ActionOutcome outcome;
};

/// A watched resource may have changed: only a hint.
struct ResourceChanged {
  std::string resource;
};

/// An agent on this node sets one of its attributes.
struct AttributeSet {
  model::AttributeUpdate update;
};

struct TimerFired {
  std::uint64_t timer = 0;
};

/// The end of a StoreCib effect: everything up to `version` is on disk, or it failed.
struct CibStored {
  cib::Version version;
  std::optional<Error> error;
};

/// A client of the control socket. Each gets exactly one Reply effect with its id, sooner or later.
struct ChangeCib {
  std::uint64_t request = 0;
  cib::Change change;
  cib::Origin origin;
};
struct ReplaceCib {
  std::uint64_t request = 0;
  std::string xml;
  cib::Origin origin;
};
/// A transient attribute of `node`; empty: of this one. Replies when every copy that follows the
/// order has it, or, where it is to be dampened, that it is waited for.
struct ChangeAttribute {
  std::uint64_t request = 0;
  std::string node;
  model::AttributeUpdate update;
};
/// Replies when nothing is planned or in flight any more, with what is blocked (if anything).
struct AwaitIdle {
  std::uint64_t request = 0;
};
/// The client went away: forget its request.
struct ClientGone {
  std::uint64_t request = 0;
};

/// This node is to leave in order: its resources are stopped or moved, then Effect Left is given.
struct ShutdownRequested {};

using Event = std::variant<ViewChanged, Disconnected, MessageArrived, OperationFinished,
                           ResourceChanged, AttributeSet, TimerFired, CibStored, ChangeCib,
                           ReplaceCib, ChangeAttribute, AwaitIdle, ClientGone, ShutdownRequested>;

}  // namespace mainstay::controller
