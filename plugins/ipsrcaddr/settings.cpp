// SPDX-License-Identifier: Apache-2.0
#include "plugins/ipsrcaddr/settings.h"

#include <linux/rtnetlink.h>

#include <charconv>

#include "netlink/route_names.h"

namespace mainstay::ipsrcaddr {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using netlink::Family;
using netlink::IpAddress;

constexpr std::string_view kDefault = "0.0.0.0/0";

/// In the script's order; none: the address and the destination are sound.
std::optional<ActionResult> judge(const ActionContext& context) {
  const std::string_view text = context.parameter("ipaddress");
  if (text.empty()) {
    return ActionResult::misconfigured("ipaddress is not set");
  }
  if (context.parameter("destination").find('/') == std::string_view::npos) {
    return ActionResult::misconfigured("destination needs a prefix length");
  }
  const auto address = IpAddress::parse(text);
  if (!address || address->family() != Family::inet) {
    return ActionResult::misconfigured("Invalid IP address [" + std::string(text) + "]");
  }
  if (address->is_loopback()) {
    return ActionResult::misconfigured("IP address [" + std::string(text) +
                                       "] is a loopback address, thus can not be preferred source "
                                       "address");
  }
  return std::nullopt;
}

ActionResult decline(const ActionContext& context, std::string_view name) {
  return ActionResult::decline(std::string(name) + "=" + std::string(context.parameter(name)));
}

/// The mask as it helps to find the interface: what is none is told from none configured.
void read_netmask(const ActionContext& context, network::WantedAddress& search) {
  search.netmask_text = context.parameter("cidr_netmask");
  unsigned length = 0;
  const std::string& text = search.netmask_text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc() && end == text.data() + text.size()) {
    search.prefix = length;
  } else {
    search.prefix = netlink::prefix_length_of_mask(text);
  }
  if (search.prefix && (*search.prefix < 1 || *search.prefix > 32)) {
    search.prefix.reset();
  }
}

}  // namespace

std::variant<Settings, ActionResult> read_settings(const ActionContext& context) {
  if (auto complaint = judge(context)) {
    return *complaint;
  }
  Settings settings;
  settings.address = *IpAddress::parse(context.parameter("ipaddress"));
  settings.search.ip_text = settings.address.text();
  settings.search.ip = settings.address;
  read_netmask(context, settings.search);
  const std::string_view destination = context.parameter("destination");
  settings.is_default = destination == kDefault;
  const auto prefix = netlink::read_prefix(destination, Family::inet);
  if (!prefix) {
    return decline(context, "destination");
  }
  settings.destination = prefix->address;
  settings.destination_prefix = prefix->length;
  if (const std::string_view proto = context.parameter("proto"); !proto.empty()) {
    settings.protocol = netlink::protocol_number(proto);
    if (!settings.protocol) {
      return decline(context, "proto");
    }
  }
  if (const std::string_view metric = context.parameter("metric"); !metric.empty()) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(metric.data(), metric.data() + metric.size(), number);
    if (error != std::errc() || end != metric.data() + metric.size()) {
      return decline(context, "metric");
    }
    settings.metric = number;
  }
  settings.table = RT_TABLE_MAIN;
  if (const std::string_view table = context.parameter("table"); !table.empty()) {
    const auto number = netlink::table_number(table);
    const bool is_plain = number && *number != RT_TABLE_UNSPEC && *number != RT_TABLE_LOCAL &&
                          (!settings.is_default || *number == RT_TABLE_MAIN);
    if (!is_plain) {
      return decline(context, "table");
    }
    settings.table = *number;
  }
  return settings;
}

}  // namespace mainstay::ipsrcaddr
