// SPDX-License-Identifier: Apache-2.0
// Where commands read and change the CIB: the running cluster, or the file given with -f.
#pragma once

#include <optional>
#include <string>

#include "core/cib/document.h"
#include "core/control/protocol.h"

namespace mainstay::ctl {

/// The CIB with what the daemon says of the cluster (not for a file).
struct Snapshot {
  cib::Document cib;
  std::optional<control::ClusterStatus> cluster;
};

class CibAccess {
 public:
  /// A non-empty `file` stands for the cluster.
  CibAccess(std::string socket_path, std::string file)
      : socket_(std::move(socket_path)), file_(std::move(file)) {}

  bool is_file() const { return !file_.empty(); }
  Result<Snapshot> load() const;
  Status apply(const cib::Change& change) const;
  Status replace(const std::string& xml) const;
  /// A transient attribute of a node of the cluster; empty: of this one.
  Status set_attribute(const std::string& node, const model::AttributeUpdate& update) const;
  /// How long the monitors of this node take.
  Result<std::vector<model::MonitorTimes>> monitor_times() const;
  /// Returns when nothing is planned or in flight any more; the text says what is blocked.
  Result<std::string> await_idle(std::optional<Duration> patience, int interrupt = -1) const;

 private:
  Result<control::Reply> ask(const control::Request& request, std::optional<Duration> patience = {},
                             int interrupt = -1) const;
  Status tell(const control::Request& request) const;
  Status change_file(const cib::Change& change) const;

  std::string socket_;
  std::string file_;
};

/// This process's user, as the CIB's update-user.
std::string user_name();
std::string host_name();

/// The wall clock's reading.
WallTime wall_now();

}  // namespace mainstay::ctl
