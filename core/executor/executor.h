// SPDX-License-Identifier: Apache-2.0
// Runs one action of one resource agent, somewhere that is not this process.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/model/attribute.h"
#include "core/model/operation.h"

namespace mainstay::executor {

using Completion = std::function<void(model::ActionOutcome)>;

/// Threading: reactor thread only; the completion is never called from inside run().
/// Actions of different resources run in parallel, of one resource in the order of submission, one
/// at a time. Every run() ends with exactly one completion, within its timeout plus a bounded
/// grace.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void run(model::ActionRequest request, Completion done) = 0;
  /// Drops a submission that has not begun (completion with status cancelled). False: it runs or is
  /// unknown.
  virtual bool cancel(std::uint64_t call_id) = 0;

  /// Takes a resource of which something may have changed since its last recurring monitor began.
  /// Only a hint: it may be wrong, and changes may happen without one. Of one resource, not again
  /// before its next monitor.
  using ChangeListener = std::function<void(const std::string& resource)>;
  /// From the reactor, never from inside run(), cancel() or unwatch(). Watching begins with a
  /// resource's first recurring monitor where its agent can do it (ActionOutcome::watched).
  virtual void on_change(ChangeListener listener) = 0;
  /// Takes what agents set of this node's attributes, in their order. From the reactor, as above.
  using AttributeListener = std::function<void(const model::AttributeUpdate& update)>;
  virtual void on_attribute(AttributeListener listener) = 0;
  /// The resource has no recurring monitor any more.
  virtual void unwatch(const std::string& resource) = 0;
};

}  // namespace mainstay::executor
