// SPDX-License-Identifier: Apache-2.0
// Reading and judging IPaddr2's parameters, in the order in which the script does it.
#include "plugins/ipaddr2/settings.h"

#include <unistd.h>

#include <charconv>
#include <utility>

#include "netlink/route_names.h"

namespace mainstay::ipaddr2 {
namespace {

using agent::ActionResult;
using network::BroadcastRule;

std::optional<unsigned> read_decimal(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string_view meta(const agent::ActionContext& context, std::string_view dashed,
                      std::string_view underscored) {
  if (const auto value = context.meta(dashed)) {
    return *value;
  }
  return context.meta(underscored).value_or("");
}

/// The last part of a dotted quad grows by the clone's number (unique_clone_address).
std::string clone_address(const std::string& ip, unsigned clone) {
  const std::size_t dot = ip.rfind('.');
  if (dot == std::string::npos) {
    return ip;
  }
  const auto last = read_decimal(std::string_view(ip).substr(dot + 1));
  return last ? ip.substr(0, dot + 1) + std::to_string(*last + clone) : ip;
}

/// A dotted quad still works and asks to be converted, as in the script.
void read_netmask(Settings& settings) {
  if (settings.netmask_text.find('.') == std::string::npos) {
    settings.prefix = read_decimal(settings.netmask_text);
  } else if (const auto length = netlink::prefix_length_of_mask(settings.netmask_text)) {
    settings.prefix = length;
    settings.warning = "Please convert dotted quad netmask " + settings.netmask_text +
                       " to CIDR notation " + std::to_string(*length) + "!";
  }
  const unsigned longest = settings.is_ipv4() ? 32 : 128;
  if (settings.prefix && (*settings.prefix < 1 || *settings.prefix > longest)) {
    settings.prefix.reset();
  }
}

void read_broadcast(Settings& settings) {
  if (settings.broadcast_text.empty()) {
    return;
  }
  if (settings.broadcast_text == "+") {
    settings.broadcast_rule = BroadcastRule::ones;
  } else if (settings.broadcast_text == "-") {
    settings.broadcast_rule = BroadcastRule::zeros;
  } else {
    settings.broadcast_rule = BroadcastRule::given;
    if (auto address = netlink::IpAddress::parse(settings.broadcast_text)) {
      settings.broadcast = *address;
    }
  }
}

/// "nic:label" in nic is the old way to give a label, and wins over iflabel.
void read_interface(const agent::ActionContext& context, Settings& settings) {
  settings.nic = context.parameter("nic");
  settings.iflabel = context.parameter("iflabel");
  if (const std::size_t colon = settings.nic.find(':'); colon != std::string::npos) {
    settings.iflabel = settings.nic.substr(colon + 1);
    settings.nic.resize(colon);
  }
}

/// What only the script can do.
std::optional<Complaint> beyond_us(const agent::ActionContext& context) {
  const auto clones = read_decimal(meta(context, "clone-max", "clone_max")).value_or(1);
  if (clones > 1 && !context.is_true("unique_clone_address")) {
    return ActionResult::decline("a cluster IP (clone without unique_clone_address)");
  }
  if (context.is_true("run_arping")) {
    return ActionResult::decline("run_arping");
  }
  const std::string_view sender = context.parameter("arp_sender");
  for (const std::string_view other : {"iputils_arping", "libnet_arping", "ipoibarping"}) {
    if (sender == other) {
      return ActionResult::decline("arp_sender=" + std::string(sender));
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<Settings, Complaint> read_settings(const agent::ActionContext& context) {
  if (auto complaint = beyond_us(context)) {
    return *complaint;
  }
  Settings settings;
  settings.ip_text = context.parameter("ip");
  if (settings.ip_text.empty() && context.action() != "stop") {
    return ActionResult::misconfigured("IP address (the ip parameter) is mandatory");
  }
  const bool changes = context.action() == "start" || context.action() == "stop";
  if (changes && ::geteuid() != 0) {
    return ActionResult{agent::OcfExitCode::err_perm,
                        "You must be root for " + std::string(context.action()) + " operation."};
  }
  if (context.is_true("unique_clone_address")) {
    settings.ip_text =
        clone_address(settings.ip_text, read_decimal(meta(context, "clone", "clone")).value_or(0));
  }
  if (auto ip = netlink::IpAddress::parse(settings.ip_text)) {
    settings.ip = *ip;
  }
  settings.netmask_text = context.parameter("cidr_netmask");
  if (settings.netmask_text.empty()) {
    settings.netmask_text = context.parameter("netmask");
  }
  settings.broadcast_text = context.parameter("broadcast");
  read_interface(context, settings);
  read_netmask(settings);
  read_broadcast(settings);
  settings.noprefixroute = context.is_true("noprefixroute");
  settings.nodad = context.is_true("nodad");
  settings.flush_routes = context.is_true("flush_routes");
  settings.check_link_status = context.is_true("check_link_status");
  if (const std::string_view proto = context.parameter("proto"); !proto.empty()) {
    settings.protocol = netlink::protocol_number(proto);
    if (!settings.protocol) {
      return ActionResult::decline("proto=" + std::string(proto));
    }
  }
  return settings;
}

std::optional<Complaint> check_announcement(const agent::ActionContext& context,
                                            Settings& settings) {
  const std::string sender(context.parameter("arp_sender"));
  if (!sender.empty() && sender != "send_arp") {
    return ActionResult::misconfigured("unrecognized arp_sender value: " + sender);
  }
  if (context.is_true("unique_clone_address") &&
      !agent::is_true(meta(context, "globally-unique", "globally_unique"))) {
    return ActionResult::misconfigured(
        "unique_clone_address makes sense only with meta globally_unique set");
  }
  constexpr unsigned kMost = 1'000'000;
  for (const std::string_view name : {"arp_interval", "arp_count"}) {
    const auto value = read_decimal(context.parameter(name));
    if (!value || *value == 0 || *value > kMost) {
      return ActionResult::misconfigured("Invalid OCF_RESKEY_" + std::string(name) + " [" +
                                         std::string(context.parameter(name)) + "]");
    }
    if (name == "arp_count") {
      settings.arp_count = static_cast<int>(*value);
    } else {
      settings.arp_interval = std::chrono::milliseconds(*value);
    }
  }
  const auto refresh = read_decimal(context.parameter("arp_count_refresh"));
  settings.arp_count_refresh = refresh && *refresh <= kMost ? static_cast<int>(*refresh) : 0;
  const std::string_view background = context.parameter("arp_bg");
  settings.arp_background = background.empty() ? settings.is_ipv4() : agent::is_true(background);
  const std::string lifetime(context.parameter("preferred_lft"));
  if (lifetime.empty()) {
    return ActionResult::misconfigured("Empty value is invalid for OCF_RESKEY_preferred_lft");
  }
  if (!settings.is_ipv4() && lifetime != "forever") {
    const auto seconds = read_decimal(lifetime);
    if (!seconds && context.action() == "start") {
      return ActionResult::failed("preferred_lft [" + lifetime + "] is no number of seconds");
    }
    settings.preferred_lft = seconds.value_or(netlink::kForever);
  }
  return std::nullopt;
}

}  // namespace mainstay::ipaddr2
