// SPDX-License-Identifier: Apache-2.0
// IPaddr2's parameters as typed settings. Pure: reads nothing but the action's parameters.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"
#include "plugins/shared/network/wanted_address.h"

namespace mainstay::ipaddr2 {

struct Settings : network::WantedAddress {
  std::string iflabel;  ///< the part behind the colon
  std::uint32_t preferred_lft = netlink::kForever;
  bool noprefixroute = false;
  bool nodad = false;
  bool flush_routes = false;
  bool check_link_status = true;
  int arp_count = 5;
  int arp_count_refresh = 0;
  std::chrono::milliseconds arp_interval{200};
  bool arp_background = true;
  std::optional<std::string> warning;  ///< for the log
};

using Complaint = agent::ActionResult;

/// Settings, or the answer that ends the action before it begins. Values that only matter to find
/// the interface are not judged here but by
/// network::check_address: a monitor or stop must not fail on them.
std::variant<Settings, Complaint> read_settings(const agent::ActionContext& context);

/// What every action asks of the rest, after the interface is known.
std::optional<Complaint> check_announcement(const agent::ActionContext& context,
                                            Settings& settings);

}  // namespace mainstay::ipaddr2
