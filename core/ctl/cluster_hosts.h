// SPDX-License-Identifier: Apache-2.0
// The hosts of the cluster as a whole: a shell command or a file on each, here directly and
// elsewhere over ssh, all at the same time.
#pragma once

#include "core/ctl/text.h"
#include "core/membership/corosync_conf.h"
#include "core/membership/remote.h"

namespace mainstay::ctl {

/// Whether a node's name is this host's.
bool is_this_host(const std::string& node);

/// Nodes of /etc/corosync/corosync.conf. Errors: there is none, or it makes no sense.
Result<membership::CorosyncConf> configured_cluster();

/// Outcomes stand in the order of the nodes. ssh goes to the node's name.
std::vector<membership::RemoteOutcome> run_everywhere(const Words& nodes,
                                                      const std::string& shell_command);
std::vector<membership::RemoteOutcome> write_everywhere(const Words& nodes, const std::string& path,
                                                        unsigned mode, const std::string& content);

/// Tells what went wrong where; true if nothing did.
bool all_well(const std::vector<membership::RemoteOutcome>& outcomes, const std::string& what);

}  // namespace mainstay::ctl
