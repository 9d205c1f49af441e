// SPDX-License-Identifier: Apache-2.0
// One round of finding out whose state is the cluster's: every member offers what it has, and from
// the same offers everybody computes the same answer. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/controller/messages.h"
#include "core/controller/replica.h"

namespace mainstay::controller {

struct SyncResult {
  std::uint64_t round = 0;             ///< names the snapshot that belongs to it
  std::vector<std::uint32_t> winners;  ///< have the cluster's state
  std::map<std::uint32_t, Member>
      joiners;  ///< start anew; may be winners too (a cluster's first start)
  std::vector<std::uint32_t> standing;  ///< oldest first
  std::uint32_t sender = 0;             ///< brings the snapshot; 0: nobody needs one
};

class SyncRound {
 public:
  SyncRound(std::uint64_t ballot, std::vector<std::uint32_t> members)
      : ballot_(ballot), members_(std::move(members)) {}

  std::uint64_t ballot() const { return ballot_; }
  void add(std::uint32_t from, const Offer& offer) { offers_[from] = offer; }
  bool complete() const;
  /// Members whose offer is missing.
  std::vector<std::uint32_t> silent() const;
  /// Whether an offer came from another running cluster than that of `standing`.
  bool has_rival(const std::vector<std::uint32_t>& standing) const;
  /// Whose state wins: of a quorate cluster, else the newest configuration, else of a running
  /// cluster, else of the most members, else the most updates, else the lowest id.
  SyncResult decide() const;

 private:
  std::uint64_t ballot_;
  std::vector<std::uint32_t> members_;
  std::map<std::uint32_t, Offer> offers_;
};

}  // namespace mainstay::controller
