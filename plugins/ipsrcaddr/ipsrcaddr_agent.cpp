// SPDX-License-Identifier: Apache-2.0
// The native ocf:heartbeat:IPsrcaddr.
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <memory>

#include "netlink/kernel_netlink.h"
#include "plugins/ipsrcaddr/settings.h"
#include "plugins/shared/network/interface_choice.h"
#include "plugins/shared/network/kernel_watch.h"

namespace mainstay::ipsrcaddr {
namespace {

using agent::Action;
using agent::ActionContext;
using agent::ActionResult;
using agent::OcfExitCode;
using agent::Parameter;
using netlink::Address;
using netlink::Family;
using netlink::IpAddress;
using netlink::Netlink;
using netlink::Route;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "ipaddress",
     .shortdesc = "IP address",
     .longdesc = "The IPv4 address that packets are to carry. The node must have it.",
     .default_value = "",
     .required = true},
    {.name = "cidr_netmask",
     .shortdesc = "Prefix length of the address's network",
     .longdesc = "As a number (24) or a dotted quad (255.255.255.0). Helps to find the interface.",
     .default_value = ""},
    {.name = "destination",
     .shortdesc = "Destination of the route",
     .longdesc = "The network, with its prefix length, to which packets are to carry the address.",
     .default_value = "0.0.0.0/0"},
    {.name = "proto",
     .shortdesc = "Origin of the network's route",
     .longdesc = "Only a route of this origin (\"kernel\") counts as that of the network.",
     .default_value = ""},
    {.name = "metric",
     .shortdesc = "Metric of the route",
     .longdesc = "Only needed where the one that is found is not right.",
     .default_value = ""},
    {.name = "table",
     .shortdesc = "Routing table",
     .longdesc = "Name or number of the table that has a route to the destination.",
     .default_value = ""},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start"},
    {.name = "stop"},
    {.name = "status", .interval_ms = 10'000},
    {.name = "monitor", .interval_ms = 10'000},
    {.name = "validate-all", .timeout_ms = 5'000},
    {.name = "meta-data", .timeout_ms = 5'000},
});

constexpr agent::Description kDescription{
    .type = "IPsrcaddr",
    .shortdesc = "Manages the preferred source address of outgoing packets",
    .longdesc =
        "Lets the default route, or the route to a destination, prefer an address that the "
        "node has. Native: by netlink instead of a script.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "CAP_NET_ADMIN",
};

/// What the route says of the source.
enum class Source : std::uint8_t { ours, none, another };

/// Everything that an action knows before it acts.
struct Target {
  Settings settings;
  std::shared_ptr<Netlink> netlink;
  int link = 0;
  std::optional<Route> network;  ///< the directly connected one that holds the address
  std::optional<Route> subject;  ///< the route whose source it is about
};

ActionResult failed(const Error& error) {
  return ActionResult::failed(error.context);
}

class IpsrcaddrAgent final : public agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    auto& target = std::get<Target>(prepared);
    if (target.settings.is_default && !target.network) {
      return {OcfExitCode::err_args, "no directly connected network holds " +
                                         target.settings.address.text() + " on its interface"};
    }
    if (auto complaint = find_subject(context, target)) {
      return *complaint;
    }
    if (source_of(target) == Source::ours) {
      return ActionResult::ok();
    }
    return prefer(
        target, target.settings.address,
        target.settings.protocol.value_or(target.network ? target.network->protocol : RTPROT_BOOT));
  }

  ActionResult stop(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      const bool unfit =
          result->code == OcfExitCode::err_configured || result->code == OcfExitCode::err_installed;
      return unfit ? ActionResult::ok() : *result;
    }
    auto& target = std::get<Target>(prepared);
    if (auto complaint = find_subject(context, target)) {
      return *complaint;
    }
    switch (source_of(target)) {
      case Source::none:
      case Source::another:
        return ActionResult::ok();
      case Source::ours:
        break;
    }
    const auto primary = primary_address(target);
    if (!primary) {
      return failed(primary.error());
    }
    if (!*primary) {
      return ActionResult::failed("the interface has no primary address");
    }
    return prefer(target, **primary, RTPROT_KERNEL);
  }

  ActionResult monitor(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    auto& target = std::get<Target>(prepared);
    if (auto complaint = find_subject(context, target)) {
      return *complaint;
    }
    switch (source_of(target)) {
      case Source::ours:
        return ActionResult::ok();
      case Source::another:
      case Source::none:
        break;
    }
    return ActionResult::not_running();
  }

  ActionResult validate_all(const ActionContext& context) override {
    auto prepared = prepare(context);
    const auto* result = std::get_if<ActionResult>(&prepared);
    return result != nullptr ? *result : ActionResult::ok();
  }

  agent::WatchStart watch(const ActionContext& context, const agent::Watcher& watcher) override {
    static network::KernelWatches watches(netlink::Topics::routes_too);
    auto prepared = prepare(context);
    if (const auto* result = std::get_if<ActionResult>(&prepared)) {
      const bool by_script = result->code == OcfExitCode::declined;
      return {.watch = nullptr, .failure = by_script ? "" : result->reason};
    }
    const auto& target = std::get<Target>(prepared);
    const Settings& settings = target.settings;
    return watches.begin({.addresses = {settings.address},
                          .route = netlink::RoutePlace{settings.destination,
                                                       settings.destination_prefix, settings.table},
                          .link = target.link,
                          .check_link_status = true},
                         watcher);
  }

 private:
  /// Complaints about parameters, then about the node, then the search for the interface.
  static std::variant<Target, ActionResult> prepare(const ActionContext& context) {
    static netlink::KernelNetlinkPool pool;
    auto read = read_settings(context);
    if (auto* result = std::get_if<ActionResult>(&read)) {
      return *result;
    }
    auto netlink = pool.borrow();
    if (!netlink) {
      return failed(netlink.error());
    }
    Target target{std::get<Settings>(std::move(read)), std::move(*netlink), 0, {}, {}};
    if (auto complaint = check_served(context, target)) {
      return *complaint;
    }
    if (auto complaint = find_interface(context, target)) {
      return *complaint;
    }
    return target;
  }

  static std::optional<ActionResult> check_served(const ActionContext& context,
                                                  const Target& target) {
    const bool only_parameters =
        context.is_probe() || (context.action() == "validate-all" && context.check_level() != 10);
    if (only_parameters) {
      return std::nullopt;
    }
    const IpAddress& wanted = target.settings.address;
    const auto addresses = target.netlink->addresses(Family::inet, std::nullopt);
    if (!addresses) {
      return failed(addresses.error());
    }
    const auto found = std::find_if(addresses->begin(), addresses->end(),
                                    [&](const Address& one) { return one.ip == wanted; });
    if (found == addresses->end()) {
      return ActionResult::not_installed("We are not serving [" + wanted.text() +
                                         "], hence can not make it a preferred source address");
    }
    const auto link = target.netlink->glance_at_link(found->link);
    if (!link) {
      return failed(link.error());
    }
    if (link->name.starts_with("lo")) {
      return ActionResult::misconfigured("IP address [" + wanted.text() +
                                         "] is served by loopback, thus can not be preferred "
                                         "source address");
    }
    return std::nullopt;
  }

  static std::optional<ActionResult> find_interface(const ActionContext& context, Target& target) {
    const bool judging = context.action() == "start" || context.action() == "validate-all";
    if (judging) {
      if (auto complaint = network::check_address(target.settings.search)) {
        return complaint;
      }
    }
    auto routes = target.netlink->routes(Family::inet, RT_TABLE_MAIN);
    if (!routes) {
      return failed(routes.error());
    }
    network::Surroundings around;
    around.main_routes = *routes;
    const auto choice = network::choose_interface(target.settings.search, around);
    const auto* chosen = std::get_if<network::Choice>(&choice);
    if (chosen == nullptr || !chosen->link) {
      const auto* why = std::get_if<std::string>(&choice);
      return context.is_probe() ? ActionResult::not_running()
                                : ActionResult::failed(why != nullptr ? *why : "no interface");
    }
    target.link = *chosen->link;
    const Settings& settings = target.settings;
    for (const Route& route : *routes) {
      const bool connected = route.link == target.link && route.scope == RT_SCOPE_LINK &&
                             (!settings.protocol || route.protocol == *settings.protocol);
      if (connected && netlink::share_prefix(route.destination, settings.address, route.prefix)) {
        target.network = route;
        break;
      }
    }
    return std::nullopt;
  }

  /// With a destination of its own the subject is a route that prefers our address already.
  static std::optional<ActionResult> find_subject(const ActionContext& context, Target& target) {
    const Settings& settings = target.settings;
    const auto routes = target.netlink->routes(Family::inet, settings.table);
    if (!routes) {
      return failed(routes.error());
    }
    int found = 0;
    for (const Route& route : *routes) {
      const bool is_subject = route.link == target.link &&
                              route.destination == settings.destination &&
                              route.prefix == settings.destination_prefix &&
                              (settings.is_default || route.source == settings.address);
      if (is_subject && ++found == 1) {
        target.subject = route;
      }
    }
    if (found > 1) {
      return ActionResult::failed("more than 1 matching route exists");
    }
    const bool may_lack = context.is_probe() || context.action() == "stop";
    if (settings.is_default && found == 0 && !may_lack) {
      return ActionResult::failed("no matching route exists");
    }
    return std::nullopt;
  }

  static Source source_of(const Target& target) {
    if (!target.subject || !target.subject->source) {
      return Source::none;
    }
    return *target.subject->source == target.settings.address ? Source::ours : Source::another;
  }

  /// The interface's first address that no other brought along, in the network concerned if there
  /// is one.
  static Result<std::optional<IpAddress>> primary_address(const Target& target) {
    const auto addresses = target.netlink->addresses(Family::inet, target.link);
    if (!addresses) {
      return addresses.error();
    }
    std::optional<IpAddress> primary;
    for (const Address& address : *addresses) {
      if ((address.flags & IFA_F_SECONDARY) != 0) {
        continue;
      }
      if (netlink::share_prefix(address.ip, target.settings.address, address.prefix)) {
        return std::optional(address.ip);
      }
      if (!primary) {
        primary = address.ip;
      }
    }
    return primary;
  }

  /// First the network's own route (or that to the destination), then the default route.
  static ActionResult prefer(const Target& target, const IpAddress& source, std::uint8_t protocol) {
    const Settings& settings = target.settings;
    if (settings.is_default && !target.network) {
      return ActionResult::failed("no directly connected network holds " + source.text());
    }
    Route network;
    network.destination = settings.is_default ? target.network->destination : settings.destination;
    network.prefix = settings.is_default ? target.network->prefix : settings.destination_prefix;
    network.link = target.link;
    network.table = settings.table;
    network.type = RTN_UNICAST;
    network.protocol = protocol;
    const bool stopping = source != settings.address;
    network.scope = stopping && settings.table != RT_TABLE_MAIN ? RT_SCOPE_HOST : RT_SCOPE_LINK;
    network.source = source;
    network.metric = settings.metric.value_or(
        target.network && settings.table == RT_TABLE_MAIN ? target.network->metric : 0);
    if (auto replaced = target.netlink->replace_route(network); !replaced) {
      return failed(replaced.error());
    }
    if (settings.is_default) {
      if (auto changed = target.netlink->set_source(*target.subject, source); !changed) {
        return failed(changed.error());
      }
    }
    return ActionResult::ok();
  }
};

}  // namespace
}  // namespace mainstay::ipsrcaddr

MAINSTAY_AGENT_PLUGIN(mainstay::ipsrcaddr::IpsrcaddrAgent, mainstay::ipsrcaddr::kDescription)
