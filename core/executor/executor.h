// SPDX-License-Identifier: Apache-2.0
// Runs one action of one resource agent, somewhere that is not this process.
#pragma once

#include <cstdint>
#include <functional>

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
};

}  // namespace mainstay::executor
