// SPDX-License-Identifier: Apache-2.0
// One connection to corosync's CPG, quorum and cmap services: the C libraries' callbacks turned
// into values that are taken one by one. No policy here.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/membership/agreement.h"
#include "core/model/view.h"

namespace mainstay::membership {

struct RingChanged {
  RingId ring;
  std::vector<std::uint32_t> hosts;
};

/// A daemon in the process group.
struct Process {
  std::uint32_t host = 0;
  std::uint32_t pid = 0;
  bool operator==(const Process&) const = default;
};

struct GroupChanged {
  std::vector<Process> members;
  std::vector<Process> joined;
  bool ring_follows = false;  ///< hosts came or went: a RingChanged ends this change
};

struct Message {
  std::uint32_t from = 0;
  std::string payload;
};

using CpgEvent = std::variant<RingChanged, GroupChanged, Message>;

struct QuorumChanged {
  RingId ring;
  bool quorate = false;
};

/// Threading: one thread. Blocking: each call but the take_… ones is a request to the corosync
/// process on this host with an answer over shared memory, tens of microseconds; it blocks while
/// corosync is alive but stopped (SIGSTOP, debugger) and returns an error at once when corosync
/// dies. The libraries offer no other way to send, and a host whose corosync stands still is dead
/// to its cluster anyway. Errors: any error but "try again" means that the link is of no more use.
class CorosyncLink {
 public:
  enum class Sent { sent, try_again };

  /// Connects and begins to track quorum and nodelist. Errc::unavailable: not now.
  static Result<std::unique_ptr<CorosyncLink>> open();
  /// Closes; members see the process go if it had not left.
  ~CorosyncLink();
  CorosyncLink(const CorosyncLink&) = delete;
  CorosyncLink& operator=(const CorosyncLink&) = delete;

  int cpg_fd() const { return cpg_fd_; }
  int quorum_fd() const { return quorum_fd_; }
  int cmap_fd() const { return cmap_fd_; }
  std::uint32_t self_id() const { return self_id_; }

  Result<Sent> join();
  Result<Sent> leave();
  Result<Sent> send(std::string_view payload);

  /// The next thing that CPG tells, in its order; nothing if there is none now.
  Result<std::optional<CpgEvent>> take_cpg();
  Result<std::vector<QuorumChanged>> take_quorum();
  /// True: nodelist() may have changed.
  Result<bool> take_nodelist_changed();
  Result<std::vector<model::Node>> nodelist();

 private:
  struct Callbacks;

  CorosyncLink() = default;
  Status open_cpg();
  Status open_quorum();
  Status open_cmap();

  std::optional<std::uint64_t> cpg_;
  std::optional<std::uint64_t> quorum_;
  std::optional<std::uint64_t> cmap_;
  int cpg_fd_ = -1;
  int quorum_fd_ = -1;
  int cmap_fd_ = -1;
  std::uint32_t self_id_ = 0;
  std::deque<CpgEvent> cpg_events_;
  std::vector<QuorumChanged> quorum_events_;
  bool nodelist_changed_ = false;
};

}  // namespace mainstay::membership
