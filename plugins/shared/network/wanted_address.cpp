// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/network/wanted_address.h"

namespace mainstay::network {

using agent::ActionResult;

std::optional<ActionResult> check_address(const WantedAddress& wanted) {
  if (!wanted.ip || (wanted.is_ipv4() && wanted.ip->bytes()[0] == 0)) {
    return ActionResult::misconfigured("IP address [" + wanted.ip_text + "] not valid.");
  }
  if (wanted.nic.empty() && wanted.ip->is_link_local()) {
    return ActionResult::misconfigured("'nic' parameter is mandatory for a link local address [" +
                                       wanted.ip_text + "].");
  }
  if (!wanted.netmask_text.empty() && !wanted.prefix) {
    return ActionResult::misconfigured("Invalid netmask specification [" + wanted.netmask_text +
                                       "].");
  }
  if (wanted.is_ipv4() && wanted.broadcast_rule == BroadcastRule::given &&
      (!wanted.broadcast || wanted.broadcast->family() != netlink::Family::inet)) {
    return ActionResult::misconfigured("Invalid broadcast address [" + wanted.broadcast_text +
                                       "].");
  }
  return std::nullopt;
}

}  // namespace mainstay::network
