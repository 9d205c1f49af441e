// SPDX-License-Identifier: Apache-2.0
// The native ocf:heartbeat:Route.
#include <algorithm>
#include <array>
#include <memory>

#include "netlink/kernel_netlink.h"
#include "plugins/route/settings.h"
#include "plugins/shared/network/kernel_watch.h"

namespace mainstay::route {
namespace {

using agent::Action;
using agent::ActionContext;
using agent::ActionResult;
using agent::OcfExitCode;
using agent::Parameter;
using netlink::Netlink;
using netlink::Route;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "destination",
     .shortdesc = "Destination network",
     .longdesc = "Network or host that the route leads to, with the prefix length (\"/24\") unless "
                 "it is a host. \"0.0.0.0/0\" or \"default\": the default route.",
     .required = true,
     .unique = true},
    {.name = "device",
     .shortdesc = "Outgoing network interface",
     .longdesc = "The interface by which the route leaves. This or gateway must be given.",
     .default_value = ""},
    {.name = "gateway",
     .shortdesc = "Address of the gateway",
     .longdesc = "The router to which packets are sent. It must be reachable at start.",
     .default_value = ""},
    {.name = "source",
     .shortdesc = "Preferred source address",
     .longdesc = "The address that packets by this route carry. The node must have it at start.",
     .default_value = ""},
    {.name = "table",
     .shortdesc = "Routing table",
     .longdesc = "Name or number of the routing table; without it the main table.",
     .default_value = ""},
    {.name = "family",
     .shortdesc = "Address family",
     .longdesc = "\"ip4\", \"ip6\", or \"detect\": by the form of the destination.",
     .default_value = "detect"},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start"},
    {.name = "stop"},
    {.name = "status", .interval_ms = 10'000},
    {.name = "monitor", .interval_ms = 10'000},
    {.name = "reload"},
    {.name = "meta-data", .timeout_ms = 5'000},
    {.name = "validate-all"},
});

constexpr agent::Description kDescription{
    .type = "Route",
    .shortdesc = "Manages network routes",
    .longdesc =
        "Adds a route to a routing table of the active node and removes it again. Native: "
        "by netlink instead of a script.",
    .parameters = kParameters,
    .actions = kActions,
    .capabilities = "CAP_NET_ADMIN",
};

/// Whether `ip route show` with the configured words would show this route.
bool fits(const Route& wanted, const Route& there) {
  return there.destination == wanted.destination && there.prefix == wanted.prefix &&
         (wanted.link == 0 || there.link == wanted.link) &&
         (!wanted.gateway || there.gateway == wanted.gateway) &&
         (!wanted.source || there.source == wanted.source);
}

class RouteAgent final : public agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    auto& target = std::get<Target>(prepared);
    if (auto complaint = judge(context, target)) {
      return *complaint;
    }
    const auto there = is_there(target);
    if (!there) {
      return ActionResult::failed(there.error().context);
    }
    if (*there) {
      return ActionResult::ok();
    }
    const auto added = target.netlink->add_route(target.settings.route);
    return added ? ActionResult::ok() : ActionResult::failed(added.error().context);
  }

  ActionResult stop(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    auto& target = std::get<Target>(prepared);
    if (target.settings.route.table == 0) {
      return ActionResult::failed("without a destination there is nothing to stop");
    }
    if (target.device_is_missing) {
      return ActionResult::ok();  // and its routes with it
    }
    const auto there = is_there(target);
    if (!there) {
      return ActionResult::failed(there.error().context);
    }
    if (!*there) {
      return ActionResult::ok();
    }
    const auto removed = target.netlink->remove_route(target.settings.route);
    return removed ? ActionResult::ok() : ActionResult::failed(removed.error().context);
  }

  ActionResult monitor(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    auto& target = std::get<Target>(prepared);
    const bool askable = target.settings.route.table != 0 && !target.device_is_missing;
    if (!askable) {
      return context.is_probe() ? ActionResult::not_running()
                                : ActionResult::failed("there is no such destination or device");
    }
    const auto there = is_there(target);
    if (!there) {
      return ActionResult::failed(there.error().context);
    }
    return *there ? ActionResult::ok() : ActionResult::not_running();
  }

  ActionResult reload(const ActionContext& context) override { return start(context); }

  ActionResult validate_all(const ActionContext& context) override {
    auto prepared = prepare(context);
    if (auto* result = std::get_if<ActionResult>(&prepared)) {
      return *result;
    }
    return judge(context, std::get<Target>(prepared)).value_or(ActionResult::ok());
  }

  agent::WatchStart watch(const ActionContext& context, const agent::Watcher& watcher) override {
    static network::KernelWatches watches(netlink::Topics::routes_too);
    auto prepared = prepare(context);
    if (const auto* result = std::get_if<ActionResult>(&prepared)) {
      const bool by_script = result->code == OcfExitCode::declined;
      return {.watch = nullptr, .failure = by_script ? "" : result->reason};
    }
    const auto& target = std::get<Target>(prepared);
    const Route& wanted = target.settings.route;
    if (wanted.table == 0) {
      return {};
    }
    // The kernel says nothing of IPv4 routes that go with their link or their source address.
    netlink::Interest interest{
        .route = netlink::RoutePlace{wanted.destination, wanted.prefix, wanted.table},
        .check_link_status = true};
    if (wanted.source) {
      interest.addresses.push_back(*wanted.source);
    }
    const auto found = find(target);
    if (!found) {
      return {.watch = nullptr, .failure = found.error().context};
    }
    const int link = *found ? (*found)->link : wanted.link;
    if (link != 0) {
      interest.link = link;
    }
    return watches.begin(interest, watcher);
  }

 private:
  struct Target {
    Settings settings;
    bool device_is_missing = false;
    std::shared_ptr<Netlink> netlink;
  };

  static std::variant<Target, ActionResult> prepare(const ActionContext& context) {
    static netlink::KernelNetlinkPool pool;
    auto read = read_settings(context);
    if (auto* result = std::get_if<ActionResult>(&read)) {
      return *result;
    }
    auto netlink = pool.borrow();
    if (!netlink) {
      return ActionResult::failed(netlink.error().context);
    }
    Target target{std::get<Settings>(std::move(read)), false, std::move(*netlink)};
    if (!target.settings.device.empty()) {
      const auto index = target.netlink->link_index(target.settings.device);
      if (!index && index.error().code != std::errc::no_such_device) {
        return ActionResult::failed(index.error().context);
      }
      target.device_is_missing = !index;
      target.settings.route.link = index.value_or(0);
    }
    return target;
  }

  static Result<std::optional<Route>> find(const Target& target) {
    const Route& wanted = target.settings.route;
    auto routes = target.netlink->routes(wanted.destination.family(), wanted.table);
    if (!routes) {
      return routes.error();
    }
    const auto found = std::find_if(routes->begin(), routes->end(),
                                    [&](const Route& there) { return fits(wanted, there); });
    return found == routes->end() ? std::optional<Route>() : std::optional(*found);
  }

  static Result<bool> is_there(const Target& target) {
    const auto found = find(target);
    return found ? Result<bool>(found->has_value()) : Result<bool>(found.error());
  }

  /// What the script asks before it starts, in its order.
  static std::optional<ActionResult> judge(const ActionContext& context, const Target& target) {
    if (auto complaint = check(context, target.settings)) {
      return complaint;
    }
    if (target.device_is_missing) {
      return ActionResult::not_installed("Network device " + target.settings.device +
                                         " appears not to be available on this system.");
    }
    const Route& wanted = target.settings.route;
    if (wanted.source) {
      const auto own = target.netlink->addresses(wanted.source->family(), std::nullopt);
      if (!own) {
        return ActionResult::failed(own.error().context);
      }
      if (std::none_of(own->begin(), own->end(),
                       [&](const auto& address) { return address.ip == *wanted.source; })) {
        return ActionResult::not_installed("Source address " + wanted.source->text() +
                                           " appears not to be available on this system.");
      }
    }
    if (wanted.gateway) {
      if (const auto way = target.netlink->find_way(*wanted.gateway); !way) {
        return ActionResult::not_installed("Gateway address " + wanted.gateway->text() +
                                           " is unreachable: " + way.error().context);
      }
    }
    return std::nullopt;
  }
};

}  // namespace
}  // namespace mainstay::route

MAINSTAY_AGENT_PLUGIN(mainstay::route::RouteAgent, mainstay::route::kDescription)
