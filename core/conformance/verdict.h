// SPDX-License-Identifier: Apache-2.0
// What the answers of an agent mean for a check. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/conformance/checks.h"

namespace mainstay::conformance {

/// How one step ended.
struct Answer {
  int exit_code = 0;
  std::string reason = {};  ///< the agent's
  std::string fault = {};   ///< not empty: there is no exit code; says what happened instead
  bool timed_out = false;   ///< likewise
  Duration took{0};
};

enum class Outcome { held, failed, left_out };

struct Verdict {
  Outcome outcome = Outcome::held;
  std::string detail = {};  ///< what was found instead; empty if it held
};

/// One answer for each step.
Verdict judge(const Check& check, const std::vector<Answer>& answers);

/// What a process has.
struct Use {
  long descriptors = 0;
  long threads = 0;
  long memory_kib = 0;  ///< anonymous pages in memory
};

/// What grew while `repeated` actions were run that all ended alike.
Verdict judge_growth(const Use& before, const Use& after, long repeated);

}  // namespace mainstay::conformance
