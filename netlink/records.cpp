// SPDX-License-Identifier: Apache-2.0
#include "netlink/records.h"

#include <linux/if.h>

namespace mainstay::netlink {

bool is_down(const Link& link) noexcept {
  return link.operstate == IF_OPER_DOWN || link.operstate == IF_OPER_LOWERLAYERDOWN;
}

}  // namespace mainstay::netlink
