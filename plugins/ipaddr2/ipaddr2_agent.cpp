// SPDX-License-Identifier: Apache-2.0
// start, stop, monitor and validate-all, each with the exit codes of the script.
#include "plugins/ipaddr2/ipaddr2_agent.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <set>
#include <utility>

#include "netlink/announce.h"
#include "netlink/kernel_netlink.h"

namespace mainstay::ipaddr2 {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using agent::LogSeverity;
using agent::OcfExitCode;
using netlink::Family;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLongestLabel = 15;
/// As long as the script waits for duplicate address detection, and for a link that was just
/// brought up.
constexpr seconds kLongestDetection{10};
constexpr seconds kLongestLinkDelay{3};

ActionResult failed(const std::string& what, const Error& error) {
  const bool forbidden = error.code == std::errc::operation_not_permitted ||
                         error.code == std::errc::permission_denied;
  return {forbidden ? OcfExitCode::err_perm : OcfExitCode::err_generic,
          within(what, error).context};
}

/// What it means that no interface can be found depends on the action.
ActionResult no_interface(const ActionContext& context, OcfExitCode code, const std::string& why) {
  if (context.is_probe()) {
    context.log(LogSeverity::info, why);
    return ActionResult::not_running();
  }
  if (context.action() == "stop") {
    context.log(LogSeverity::warning, why);
    return ActionResult::ok();
  }
  return {code, why};
}

bool judges_configuration(const ActionContext& context) {
  return context.action() == "start" || context.action() == "validate-all";
}

bool is_loopback_name(const std::string& name) {
  return name.starts_with("lo");
}

milliseconds time_left(const ActionContext& context, milliseconds most) {
  const auto left =
      std::chrono::duration_cast<milliseconds>(context.deadline() - ActionContext::Clock::now());
  return std::clamp(left, milliseconds(0), most);
}

}  // namespace

Kernel real_kernel() {
  static netlink::KernelNetlinkPool pool;
  static network::KernelWatches watches(netlink::Topics::addresses_and_links);
  return {[] { return pool.borrow(); }, netlink::announce_once,
          [](const netlink::Interest& interest, const agent::Watcher& watcher) {
            return watches.begin(interest, watcher);
          }};
}

Result<network::Surroundings> Ipaddr2Agent::look_around(netlink::Netlink& netlink,
                                                        const Settings& settings, bool judging) {
  network::Surroundings around;
  if (!settings.nic.empty()) {
    if (const auto index = netlink.link_index(settings.nic)) {
      around.nic = *index;
    } else if (index.error().code != std::errc::no_such_device) {
      return index.error();
    }
  }
  const Family family = settings.is_ipv4() ? Family::inet : Family::inet6;
  if (settings.ip && settings.ip->is_loopback() && settings.is_ipv4()) {
    auto routes = netlink.routes(family, RT_TABLE_LOCAL);
    if (!routes) {
      return routes.error();
    }
    around.local_routes = std::move(*routes);
  }
  if (!network::needs_route(settings, judging)) {
    return around;
  }
  auto routes = netlink.routes(family, RT_TABLE_MAIN);
  if (!routes) {
    return routes.error();
  }
  around.main_routes = std::move(*routes);
  return around;
}

/// The addresses that routes prefer as their source.
Status Ipaddr2Agent::find_sources(netlink::Netlink& netlink, network::Surroundings& around) {
  std::set<std::pair<netlink::IpAddress, int>> seen;
  for (const netlink::Route& route : around.main_routes) {
    if (!route.source || !seen.emplace(*route.source, route.link).second) {
      continue;
    }
    auto found = netlink.addresses_of(*route.source, route.link);
    if (found && found->empty()) {  // the source may be another interface's
      found = netlink.addresses(route.source->family(), std::nullopt);
    }
    if (!found) {
      return found.error();
    }
    around.addresses.insert(around.addresses.end(), found->begin(), found->end());
  }
  return Done{};
}

std::variant<Ipaddr2Agent::Target, ActionResult> Ipaddr2Agent::prepare(
    const ActionContext& context) {
  auto read = read_settings(context);
  if (auto* complaint = std::get_if<ActionResult>(&read)) {
    return *complaint;
  }
  auto opened = kernel_.open();
  if (!opened) {
    return failed("reach the kernel", opened.error());
  }
  Target target{std::get<Settings>(std::move(read)), {}, {}, {}, std::move(*opened)};
  Settings& settings = target.settings;
  if (settings.warning && judges_configuration(context)) {
    context.log(LogSeverity::warning, *settings.warning);
  }
  auto around = look_around(*target.netlink, settings, judges_configuration(context));
  if (!around) {
    return failed("choose an interface", around.error());
  }
  if (judges_configuration(context)) {
    if (!settings.nic.empty() && !around->nic) {
      return ActionResult::misconfigured("Invalid interface name [" + settings.nic + "]");
    }
    if (auto complaint = network::check_address(settings)) {
      return *complaint;
    }
    // Only a new address needs a broadcast address, and only that needs the others' addresses.
    if (const Status found = find_sources(*target.netlink, *around); !found) {
      return failed("choose an interface", found.error());
    }
  }
  auto choice = network::choose_interface(settings, *around);
  if (const auto* why = std::get_if<std::string>(&choice)) {
    return no_interface(context, OcfExitCode::err_generic, *why);
  }
  target.choice = std::get<network::Choice>(std::move(choice));
  if (target.choice.link) {
    auto link = target.netlink->glance_at_link(*target.choice.link);
    if (link) {
      target.link = std::move(*link);
    } else if (link.error().code != std::errc::no_such_device) {
      return failed("look at the interface", link.error());
    }
  }
  if (target.link && target.link->hardware == ARPHRD_INFINIBAND) {
    return ActionResult::decline("an InfiniBand interface");
  }
  if (!settings.iflabel.empty()) {
    target.label = (target.link ? target.link->name : settings.nic) + ":" + settings.iflabel;
    if (target.label.size() > kLongestLabel) {
      return ActionResult::misconfigured("Interface label [" + target.label +
                                         "] exceeds maximum character limit of 15");
    }
  }
  if (auto complaint = check_announcement(context, settings)) {
    return *complaint;
  }
  return target;
}

ActionResult Ipaddr2Agent::await_unique(const ActionContext& context, const Target& target,
                                        netlink::AddressWatch& watch) {
  const auto until = ActionContext::Clock::now() + time_left(context, kLongestDetection);
  for (;;) {
    auto found = find_address(target);
    if (!found) {
      return failed("look at the new address", found.error());
    }
    if (!*found) {
      return ActionResult::failed("the new address has disappeared");
    }
    if (((*found)->flags & IFA_F_DADFAILED) != 0) {
      if (auto removed = target.netlink->remove_address(**found); !removed) {
        context.log(LogSeverity::error, removed.error().context);
      }
      return ActionResult::failed("IPv6 address collision " + target.settings.ip->text() +
                                  " [DAD]");
    }
    if (((*found)->flags & IFA_F_TENTATIVE) == 0) {
      return ActionResult::ok();
    }
    const auto left = std::chrono::duration_cast<milliseconds>(until - ActionContext::Clock::now());
    if (left <= milliseconds(0)) {
      context.log(LogSeverity::warning, "IPv6 address : DAD is still in tentative");
      return ActionResult::ok();
    }
    watch.wait(left);
  }
}

ActionResult Ipaddr2Agent::announce(const ActionContext& context, const Target& target, int rounds,
                                    bool background) {
  if (rounds <= 0 || is_loopback_name(target.link->name)) {
    return ActionResult::ok();
  }
  auto link = target.netlink->find_link(target.link->index);
  if (!link) {
    return failed("announce " + target.settings.ip->text(), link.error());
  }
  auto send = [announce = kernel_.announce, link = std::move(*link), ip = *target.settings.ip] {
    return announce(link, ip);
  };
  const auto sent =
      announcer_.announce(send, rounds, target.settings.arp_interval,
                          background && !context.is_last(), context.deadline() - milliseconds(500));
  if (sent) {
    return ActionResult::ok();
  }
  context.log(LogSeverity::error,
              "Could not announce " + target.settings.ip->text() + ": " + sent.error().context);
  // As the script: an address that nobody heard of counts as started with IPv4, not with IPv6.
  return target.settings.is_ipv4() || background ? ActionResult::ok()
                                                 : ActionResult::failed(sent.error().context);
}

ActionResult Ipaddr2Agent::add(const ActionContext& context, Target& target) {
  const std::string what = "Failed to add " + target.settings.ip->text();
  auto watch = target.netlink->watch_addresses();
  if (!watch) {
    return failed(what, watch.error());
  }
  const netlink::Address address = wanted_address(target);
  if (address.broadcast && address.broadcast->family() != address.ip.family()) {
    return ActionResult::failed(what + ": a broadcast address is for IPv4");
  }
  context.log(LogSeverity::info, "Adding address " + address.ip.text() + "/" +
                                     std::to_string(address.prefix) + " to " + target.link->name);
  if (auto added = target.netlink->add_address(address);
      !added && added.error().code != std::errc::file_exists) {
    return failed(what, added.error());
  }
  if (auto up = target.netlink->bring_up(target.link->index); !up) {
    return failed(what, up.error());
  }
  const auto until = ActionContext::Clock::now() + time_left(context, kLongestLinkDelay);
  for (;;) {
    auto link = target.netlink->glance_at_link(target.link->index);
    if (!link) {
      return failed(what, link.error());
    }
    target.link = std::move(*link);
    auto now_served = served(target);
    if (!now_served) {
      return failed(what, now_served.error());
    }
    const auto left = std::chrono::duration_cast<milliseconds>(until - ActionContext::Clock::now());
    if (*now_served == Served::ok) {
      break;
    }
    if (*now_served != Served::down || left <= milliseconds(0)) {
      return ActionResult::failed(what + (*now_served == Served::down
                                              ? ": the device has status down"
                                              : ": the address is not there"));
    }
    (*watch)->wait(left);
  }
  return address.ip.family() == Family::inet6 ? await_unique(context, target, **watch)
                                              : ActionResult::ok();
}

ActionResult Ipaddr2Agent::start(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  auto& target = std::get<Target>(prepared);
  if (!target.link) {
    return ActionResult::misconfigured("No nic found or specified");
  }
  const auto before = served(target);
  if (!before) {
    return failed("look for the address", before.error());
  }
  switch (*before) {
    case Served::ok:
      return ActionResult::ok();
    case Served::down:
      return ActionResult::not_installed("IP " + target.settings.ip->text() +
                                         " available, but device has status down");
    case Served::label_missing:
      return ActionResult::failed("IP " + target.settings.ip->text() +
                                  " available, but label missing");
    case Served::no:
      break;
  }
  if (auto added = add(context, target); added.code != OcfExitCode::success) {
    return added;
  }
  return announce(context, target, target.settings.arp_count, target.settings.arp_background);
}

ActionResult Ipaddr2Agent::stop(const ActionContext& context) {
  announcer_.cancel();
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  auto& target = std::get<Target>(prepared);
  auto found = find_address(target);
  if (!found) {
    return failed("look for the address", found.error());
  }
  if (!*found) {
    return ActionResult::ok();
  }
  if (auto removed = target.netlink->remove_address(**found);
      !removed && removed.error().code != std::errc::address_not_available) {
    return failed("Unable to remove IP [" + target.settings.ip->text() + "] from interface [" +
                      target.link->name + "]",
                  removed.error());
  }
  if (target.settings.flush_routes) {
    if (auto flushed = target.netlink->flush_route_cache(); !flushed) {
      context.log(LogSeverity::warning, flushed.error().context);
    }
  }
  return ActionResult::ok();
}

ActionResult Ipaddr2Agent::monitor(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  auto& target = std::get<Target>(prepared);
  const auto now = served(target);
  if (!now) {
    return failed("look for the address", now.error());
  }
  switch (*now) {
    case Served::ok:
      return announce(context, target, target.settings.arp_count_refresh,
                      target.settings.arp_background);
    case Served::label_missing:
      return ActionResult::failed("the address lacks its label " + target.label);
    case Served::down:
      return ActionResult::not_running("the device " + target.link->name + " has status down");
    case Served::no:
      break;
  }
  return ActionResult::not_running();
}

ActionResult Ipaddr2Agent::validate_all(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  return ActionResult::ok();
}

agent::WatchStart Ipaddr2Agent::watch(const ActionContext& context, const agent::Watcher& watcher) {
  auto prepared = prepare(context);
  if (const auto* result = std::get_if<ActionResult>(&prepared)) {
    return {.watch = nullptr,
            .failure = result->code == OcfExitCode::declined ? "" : result->reason};
  }
  const auto& target = std::get<Target>(prepared);
  if (!target.settings.ip) {
    return {};
  }
  return kernel_.watch({.addresses = {*target.settings.ip},
                        .link = target.choice.link,
                        .check_link_status = target.settings.check_link_status},
                       watcher);
}

}  // namespace mainstay::ipaddr2
