// SPDX-License-Identifier: Apache-2.0
#include "core/conformance/verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mainstay::conformance {
namespace {

// What an allocator may keep to itself; a leak passes it after enough monitors.
constexpr long kToleratedKib = 256;

bool contains(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string reason_text(const Answer& answer) {
  return answer.reason.empty() ? "" : fmt::format(" ({})", answer.reason);
}

}  // namespace

Verdict judge(const Check& check, const std::vector<Answer>& answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Answer& answer = answers[i];
    const Step& step = check.steps[i];
    if (answer.timed_out) {
      return {Outcome::failed, fmt::format("{} had not ended after its timeout of {} ms",
                                           step.action, step.timeout.count())};
    }
    if (!answer.fault.empty()) {
      return {Outcome::failed, fmt::format("{}: {}", step.action, answer.fault)};
    }
    if (contains(check.undecided, answer.exit_code)) {
      return {Outcome::left_out, fmt::format("{} gave exit code {}{}", step.action,
                                             answer.exit_code, reason_text(answer))};
    }
    if (!contains(check.accepted, answer.exit_code)) {
      return {Outcome::failed,
              fmt::format("{} gave exit code {}{} instead of {}", step.action, answer.exit_code,
                          reason_text(answer), fmt::join(check.accepted, " or "))};
    }
  }
  return {};
}

Verdict judge_growth(const Use& before, const Use& after, long repeated) {
  std::vector<std::string> grown;
  if (after.descriptors > before.descriptors) {
    grown.push_back(
        fmt::format("open descriptors from {} to {}", before.descriptors, after.descriptors));
  }
  if (after.threads > before.threads) {
    grown.push_back(fmt::format("threads from {} to {}", before.threads, after.threads));
  }
  if (after.memory_kib - before.memory_kib > kToleratedKib) {
    grown.push_back(fmt::format("memory from {} to {} KiB", before.memory_kib, after.memory_kib));
  }
  if (grown.empty()) {
    return {};
  }
  return {Outcome::failed, fmt::format("during {} monitors the agent host grew: {}", repeated,
                                       fmt::join(grown, ", "))};
}

}  // namespace mainstay::conformance
