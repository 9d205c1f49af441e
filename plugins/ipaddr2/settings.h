// SPDX-License-Identifier: Apache-2.0
// IPaddr2's parameters as typed settings. Pure: reads nothing but the action's parameters.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/agent/mainstay_agent.h"
#include "netlink/records.h"

namespace mainstay::ipaddr2 {

/// Where the broadcast address comes from.
enum class BroadcastRule : std::uint8_t {
  from_route,  ///< nothing configured: that of the address which the matched route prefers
  ones,        ///< "+": all host bits set
  zeros,       ///< "-": all host bits cleared
  given
};

struct Settings {
  std::string ip_text;
  std::optional<netlink::IpAddress> ip;  ///< none: `ip_text` is no address
  std::string nic;                       ///< empty: found by route
  std::string iflabel;                   ///< the part behind the colon
  std::string netmask_text;
  std::optional<unsigned> prefix;  ///< none: not configured or not valid
  BroadcastRule broadcast_rule = BroadcastRule::from_route;
  std::string broadcast_text;
  std::optional<netlink::IpAddress> broadcast;
  std::optional<std::uint8_t> protocol;  ///< only routes of this origin count
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

  bool is_ipv4() const { return ip_text.find(':') == std::string::npos; }
};

using Complaint = agent::ActionResult;

/// Settings, or the answer that ends the action before it begins. Values that only matter to find
/// the interface are not judged here but by check_address: a monitor or stop must not fail on them.
std::variant<Settings, Complaint> read_settings(const agent::ActionContext& context);

/// What `start` and `validate-all` ask of address, mask and broadcast.
std::optional<Complaint> check_address(const Settings& settings);

/// What every action asks of the rest, after the interface is known.
std::optional<Complaint> check_announcement(const agent::ActionContext& context,
                                            Settings& settings);

}  // namespace mainstay::ipaddr2
