// SPDX-License-Identifier: Apache-2.0
// What a plugin does not need, a plugin that went wrong must not have. Not for scripts: what they
// start is a service, which inherits all of this.
#pragma once

#include <string>

#include "core/base/result.h"

namespace mainstay::agenthost {

/// No new privileges, for good.
void refuse_privileges();
/// 4,096 descriptors, 4 GiB of address space, for what the process starts, too.
void limit_process();

/// Gives up every capability but these ("CAP_NET_ADMIN CAP_NET_RAW"; "" is all), for good and for
/// what the process starts, too. Before there are threads. Errors: a name that is none.
Status keep_capabilities(const std::string& names);

/// Moves this process into a cgroup.
Status enter_cgroup(const std::string& path);

}  // namespace mainstay::agenthost
