// SPDX-License-Identifier: Apache-2.0
// What `mainstay` and `mainstayd` say to each other on the control socket: one JSON document per
// frame, a frame being a 4-byte big-endian length and that many bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/cib/document.h"
#include "core/model/attribute.h"
#include "core/model/monitor_times.h"
#include "core/model/view.h"

namespace mainstay::control {

inline constexpr const char* kDefaultSocket = "/run/mainstay/mainstayd.sock";
inline constexpr std::size_t kMaxFrame = 320UL << 20U;

/// The whole CIB and ClusterStatus.
struct QueryStatus {};
/// How long this node's monitors take.
struct QueryTimes {};
/// Edits to the CIB, acknowledged when they are applied and on disk.
struct ChangeCib {
  cib::Change change;
  cib::Origin origin;
};
struct ReplaceCib {
  std::string xml;
  cib::Origin origin;
};
/// A transient attribute of `node`; empty: of the daemon's. Answered when it is in the CIB, or at
/// once if it is to be dampened.
struct ChangeAttribute {
  std::string node;
  model::AttributeUpdate update;
};
/// Answered when nothing is planned or in flight any more.
struct AwaitIdle {};

using Request =
    std::variant<QueryStatus, QueryTimes, ChangeCib, ReplaceCib, ChangeAttribute, AwaitIdle>;

/// Mirrors controller::ClusterInfo.
struct ClusterStatus {
  model::Node self;
  std::string membership;  ///< "corosync" or "standalone"
  bool connected = false;
  bool synced = false;
  model::View view;
  std::string dc;
  bool idle = false;
  std::vector<std::string> in_flight;
  std::vector<std::string> blocked;
  std::vector<std::string>
      notices;  ///< what an operator should know: agents run in shell form, damaged CIB replaced, …
  std::string daemon_version;
  model::PrivateAttributes private_attributes;
};

struct Reply {
  std::optional<Error> error = {};
  std::string detail = {};
  std::optional<ClusterStatus> status = {};     ///< QueryStatus only
  std::string cib = {};                         ///< QueryStatus only: compact text
  std::vector<model::MonitorTimes> times = {};  ///< QueryTimes only
};

std::string encode(const Request& request);
std::string encode(const Reply& reply);
Result<Request> decode_request(std::string_view json);
Result<Reply> decode_reply(std::string_view json);

/// Prefixes the frame's length.
std::string frame(std::string_view body);

}  // namespace mainstay::control
