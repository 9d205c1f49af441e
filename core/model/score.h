// SPDX-License-Identifier: Apache-2.0
// Scores: integers that saturate at one million, where minus infinity beats everything.
#pragma once

namespace mainstay::model {

inline constexpr int kInfinity = 1'000'000;

/// Pacemaker's addition: -INFINITY wins, then INFINITY, then the clamped sum.
constexpr int add_scores(int a, int b) {
  if (a <= -kInfinity || b <= -kInfinity) {
    return -kInfinity;
  }
  if (a >= kInfinity || b >= kInfinity) {
    return kInfinity;
  }
  const int sum = a + b;
  if (sum > kInfinity) {
    return kInfinity;
  }
  return sum < -kInfinity ? -kInfinity : sum;
}

}  // namespace mainstay::model
