// SPDX-License-Identifier: Apache-2.0
// What mainstayd and its agent hosts say to each other: one frame per packet of a SOCK_SEQPACKET
// socket. Pure. Both ends take nothing for granted: a frame is bounded, typed and checked. Both
// ends are of one release, which kProtocol makes sure of.
//
//   to the host:    run, unwatch
//   from the host:  ready (once), spawned (scripts: the process group of a running action), ended,
//                   changed (something that the plugin watches for a resource),
//                   attribute (an action sets one of this node's attributes)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/attribute.h"

namespace mainstay::executor {

/// Below the default limit of a packet on a Unix socket (net.core.wmem_default, 208 KiB).
inline constexpr std::size_t kMaxFrame = 131'072;
inline constexpr std::size_t kMaxReason = 1024;
/// Changes with every change of a frame: a daemon that has outlived an upgrade must notice.
inline constexpr std::uint64_t kProtocol = 5;

/// Run an action. `id` is the connection's; it comes back in every answer about it.
struct RunFrame {
  std::uint64_t id = 0;
  std::string resource;
  std::string standard;
  std::string provider;
  std::string type;
  std::string action;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> meta;
  Duration timeout{0};
  Duration interval{0};
  bool operator==(const RunFrame&) const = default;
};

/// The host can run actions. Sent once; an empty reason, or why it cannot and will now exit.
struct ReadyFrame {
  std::uint64_t protocol = kProtocol;
  std::string failure;
  bool operator==(const ReadyFrame&) const = default;
};

/// The action runs as this process group: whoever survives the host kills it.
struct SpawnedFrame {
  std::uint64_t id = 0;
  std::int32_t process_group = 0;
  bool operator==(const SpawnedFrame&) const = default;
};

enum class Ending { done = 0, timed_out = 1, not_started = 2, declined = 3 };

struct EndedFrame {
  std::uint64_t id = 0;
  Ending ending = Ending::done;
  std::int32_t exit_code = 0;  ///< OCF exit code
  bool watched = false;        ///< after a recurring monitor: changes will be told of
  bool exhausted = false;      ///< the plugin leaks: the host wants to be replaced when it is idle
  std::string reason;
  bool operator==(const EndedFrame&) const = default;
};

/// The resource has no recurring monitor any more: its changes are of no interest.
struct UnwatchFrame {
  std::string resource;
  bool operator==(const UnwatchFrame&) const = default;
};

/// A hint: a monitor may find something else than the last one. Not sent again before the next
/// monitor of that resource has begun.
struct ChangedFrame {
  std::string resource;
  bool operator==(const ChangedFrame&) const = default;
};

/// An agent sets an attribute of this node, or deletes it.
struct AttributeFrame {
  model::AttributeUpdate update;
  bool operator==(const AttributeFrame&) const = default;
};

using Frame = std::variant<RunFrame, ReadyFrame, SpawnedFrame, EndedFrame, UnwatchFrame,
                           ChangedFrame, AttributeFrame>;

/// limit_exceeded if it does not fit into a packet.
Result<std::string> encode(const Frame& frame);
/// invalid_input names what is wrong.
Result<Frame> decode(std::string_view bytes);

}  // namespace mainstay::executor
