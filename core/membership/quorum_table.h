// SPDX-License-Identifier: Apache-2.0
// `quorum status` and the membership table: the text of corosync-quorumtool, from corosync's
// libraries.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/membership/agreement.h"

namespace mainstay::membership {

/// Bits of a host's answer, as votequorum counts them.
struct VoteFlags {
  bool two_node = false;
  bool quorate = false;
  bool wait_for_all = false;
  bool last_man_standing = false;
  bool auto_tie_breaker = false;
  bool allow_downscale = false;
  bool qdevice_registered = false;
  bool qdevice_alive = false;
  bool qdevice_casts_vote = false;
  bool qdevice_master_wins = false;
  bool operator==(const VoteFlags&) const = default;
};

struct HostVotes {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t votes = 0;
  VoteFlags flags;
};

/// What this host's corosync says.
struct QuorumFacts {
  std::string provider;
  std::uint32_t self_id = 0;
  RingId ring;
  bool quorate = false;
  std::uint32_t expected_votes = 0;
  std::uint32_t highest_expected = 0;
  std::uint32_t total_votes = 0;
  std::uint32_t quorum = 0;
  VoteFlags flags;               ///< of this host
  std::vector<HostVotes> hosts;  ///< in the ring, in corosync's order
  std::uint32_t qdevice_votes = 0;
  std::string qdevice_name;
};

/// Asks the corosync of this host. For the command line: blocks for a few milliseconds, or as long
/// as corosync is alive but stopped. Errc::unavailable if it does not run.
Result<QuorumFacts> read_quorum_facts();

/// `corosync-quorumtool -s`, byte for byte.
std::string render_quorum_status(const QuorumFacts& facts, std::time_t now);

/// `corosync-quorumtool -l`, its leading empty line included.
std::string render_membership_table(const QuorumFacts& facts);

}  // namespace mainstay::membership
