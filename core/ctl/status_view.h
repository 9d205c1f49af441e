// SPDX-License-Identifier: Apache-2.0
// What `status` shows, as text in Pacemaker's layout and as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/cib/document.h"
#include "core/control/protocol.h"
#include "core/ctl/text.h"
#include "core/model/cluster_state.h"

namespace mainstay::ctl {

struct DaemonState {
  std::string name;
  std::string active;   ///< "active", "inactive", "failed"
  std::string enabled;  ///< "enabled", "disabled", …
};

/// Who last changed the configuration; words of the cib element.
struct LastChange {
  std::string at;
  std::string by;
  std::string via;
  std::string on;
  /// "Tue Nov 24 00:18:10 2026 by root via mainstay on node1"
  std::string text() const;
};

struct StatusView {
  std::string cluster_name;
  control::ClusterStatus cluster;
  model::ClusterState state;
  LastChange last_change;
  std::string version;  ///< of the CIB
  std::vector<DaemonState> daemons;
};

/// `now` is shown as "Last updated".
Result<StatusView> make_status_view(const cib::Document& cib, const control::ClusterStatus& cluster,
                                    WallTime now);

std::string status_text(const StatusView& view, bool full, bool color);
/// The part under "Cluster Summary:", as `cluster status` shows it.
std::string summary_text(const StatusView& view);
/// The resource list alone, as `resource status` shows it.
std::string resource_list_text(const StatusView& view);
/// `status nodes`.
std::string nodes_text(const StatusView& view);
/// Every name in it is documented in docs of `status --json` and stays.
std::string status_json(const StatusView& view);

}  // namespace mainstay::ctl
