// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/pseudo/pause.h"

#include <poll.h>

#include <algorithm>
#include <string>

namespace mainstay::pseudo {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// For the answer to reach the daemon on a busy host.
constexpr milliseconds kReserve{500};
/// poll() counts in int; nobody waits for longer.
constexpr milliseconds kLongest{1'000'000'000};

}  // namespace

agent::ActionResult pause(const agent::ActionContext& context, milliseconds length,
                          const char* what) {
  using Clock = agent::ActionContext::Clock;
  const auto begun = Clock::now();
  const auto wanted = begun + std::min(length, kLongest);
  const bool suffices = wanted <= context.deadline() - kReserve;
  const auto end = suffices ? wanted : context.deadline() - kReserve;
  for (auto now = begun; now < end; now = Clock::now()) {
    // A signal ends a wait early, and poll() may round it down.
    ::poll(nullptr, 0, static_cast<int>(duration_cast<milliseconds>(end - now).count()) + 1);
  }
  if (suffices) {
    return agent::ActionResult::ok();
  }
  return agent::ActionResult::failed(std::string(what) + " of " + std::to_string(length.count()) +
                                     " ms does not end before the timeout of " +
                                     std::to_string(context.timeout().count()) + " ms");
}

}  // namespace mainstay::pseudo
