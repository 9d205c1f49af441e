// SPDX-License-Identifier: Apache-2.0
#include "plugins/route/settings.h"

#include <linux/rtnetlink.h>

#include <charconv>

#include "netlink/route_names.h"

namespace mainstay::route {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using netlink::Family;
using netlink::IpAddress;

std::string_view meta(const ActionContext& context, std::string_view dashed,
                      std::string_view underscored) {
  if (const auto value = context.meta(dashed)) {
    return *value;
  }
  return context.meta(underscored).value_or("");
}

/// Which family the script lists; none: what it does then only it can tell.
std::optional<Family> read_family(const ActionContext& context) {
  const std::string_view family = context.parameter("family");
  const std::string_view destination = context.parameter("destination");
  const bool is_ipv6 = destination.find(':') != std::string_view::npos;
  if (family == "detect") {
    return is_ipv6 ? Family::inet6 : Family::inet;
  }
  if (family == "ip4" && !is_ipv6) {
    return Family::inet;
  }
  if (family == "ip6" && (is_ipv6 || netlink::is_default_destination(destination))) {
    return Family::inet6;
  }
  return std::nullopt;
}

/// An optional address among the parameters; false: it is none, or of another family.
bool read_address(const ActionContext& context, std::string_view name, Family family,
                  std::optional<IpAddress>& out) {
  const std::string_view text = context.parameter(name);
  if (text.empty()) {
    return true;
  }
  const auto address = IpAddress::parse(text);
  if (!address || address->family() != family) {
    return false;
  }
  out = *address;
  return true;
}

}  // namespace

std::variant<Settings, ActionResult> read_settings(const ActionContext& context) {
  Settings settings;
  settings.device = context.parameter("device");
  const std::string_view destination = context.parameter("destination");
  const bool has_way = !settings.device.empty() || !context.parameter("gateway").empty();
  settings.is_complete = !destination.empty() && has_way;
  if (destination.empty()) {
    return settings;
  }
  const auto decline = [&](std::string_view name) {
    return ActionResult::decline(std::string(name) + "=" + std::string(context.parameter(name)));
  };
  const auto family = read_family(context);
  if (!family) {
    return decline("family");
  }
  const auto prefix = netlink::read_prefix(destination, *family);
  if (!prefix) {
    return decline("destination");
  }
  netlink::Route& route = settings.route;
  route.destination = prefix->address;
  route.prefix = prefix->length;
  for (const auto& [name, address] :
       {std::pair("gateway", &route.gateway), std::pair("source", &route.source)}) {
    if (!read_address(context, name, *family, *address)) {
      return decline(name);
    }
  }
  route.table = RT_TABLE_MAIN;
  if (const std::string_view table = context.parameter("table"); !table.empty()) {
    const auto number = netlink::table_number(table);
    if (!number || *number == RT_TABLE_UNSPEC) {  // 0 lists the routes of all tables
      return decline("table");
    }
    route.table = *number;
  }
  route.type = RTN_UNICAST;
  route.protocol = RTPROT_BOOT;
  route.scope = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  return settings;
}

std::optional<ActionResult> check(const ActionContext& context, const Settings& settings) {
  const std::string_view per_node = meta(context, "clone-node-max", "clone_node_max");
  if (context.meta("clone") && per_node != "1") {
    return ActionResult::misconfigured(
        "Misconfigured clone parameters. Must set meta attribute \"clone_node_max\" to 1, got " +
        std::string(per_node) + ".");
  }
  if (context.parameter("destination").empty()) {
    return ActionResult::misconfigured("Missing required parameter \"destination\".");
  }
  if (!settings.is_complete) {
    return ActionResult::misconfigured(R"(Must specify either "device", or "gateway", or both.)");
  }
  return std::nullopt;
}

}  // namespace mainstay::route
