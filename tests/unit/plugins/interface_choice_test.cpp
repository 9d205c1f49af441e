// SPDX-License-Identifier: Apache-2.0
// The rules of findif, one per test.
#include "plugins/shared/network/interface_choice.h"

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

namespace {

using mainstay::netlink::Address;
using mainstay::netlink::IpAddress;
using mainstay::netlink::Route;
using mainstay::network::BroadcastRule;
using mainstay::network::Choice;
using mainstay::network::choose_interface;
using mainstay::network::Surroundings;
using mainstay::network::WantedAddress;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

WantedAddress wish(const char* address, std::optional<unsigned> prefix = {}) {
  WantedAddress settings;
  settings.ip_text = address;
  settings.ip = ip(address);
  settings.prefix = prefix;
  settings.netmask_text = prefix ? std::to_string(*prefix) : "";
  return settings;
}

Route route(const char* destination, unsigned prefix, int link) {
  return {.destination = ip(destination),
          .prefix = prefix,
          .link = link,
          .table = RT_TABLE_MAIN,
          .type = RTN_UNICAST,
          .protocol = RTPROT_KERNEL,
          .scope = RT_SCOPE_LINK};
}

/// eth0 (2) has 192.168.56.11/24, eth1 (3) the wider 192.168.0.0/16, and a default route.
Surroundings two_networks() {
  Surroundings around;
  Route near = route("192.168.56.0", 24, 2);
  near.source = ip("192.168.56.11");
  around.main_routes = {route("0.0.0.0", 0, 3), route("192.168.0.0", 16, 3), near};
  Address own;
  own.link = 2;
  own.ip = ip("192.168.56.11");
  own.prefix = 24;
  own.broadcast = ip("192.168.56.255");
  around.addresses = {own};
  return around;
}

Choice chosen(const WantedAddress& settings, const Surroundings& around) {
  auto choice = choose_interface(settings, around);
  EXPECT_TRUE(std::holds_alternative<Choice>(choice));
  return std::holds_alternative<Choice>(choice) ? std::get<Choice>(choice) : Choice{};
}

std::string refusal(const WantedAddress& settings, const Surroundings& around) {
  auto choice = choose_interface(settings, around);
  return std::holds_alternative<std::string>(choice) ? std::get<std::string>(choice) : "";
}

TEST(ChooseInterface, TakesTheLongestPrefix) {
  const auto choice = chosen(wish("192.168.56.10"), two_networks());
  EXPECT_EQ(choice.link, 2);
  EXPECT_EQ(choice.prefix, 24U);
  EXPECT_EQ(choice.broadcast, ip("192.168.56.255"));
}

TEST(ChooseInterface, NeverTakesALongerPrefixThanConfigured) {
  EXPECT_EQ(chosen(wish("192.168.56.10", 16), two_networks()).link, 3);
}

TEST(ChooseInterface, TakesTheLowestMetricAmongEqualPrefixes) {
  Surroundings around;
  around.main_routes = {route("10.0.0.0", 8, 2), route("10.0.0.0", 8, 3)};
  around.main_routes[0].metric = 200;
  around.main_routes[1].metric = 100;
  EXPECT_EQ(chosen(wish("10.1.1.1"), around).link, 3);
}

TEST(ChooseInterface, IgnoresDefaultUnreachableAndGatewayRoutes) {
  Surroundings around;
  around.main_routes = {route("0.0.0.0", 0, 2), route("10.0.0.0", 8, 2), route("10.1.0.0", 16, 2)};
  around.main_routes[1].type = RTN_UNREACHABLE;
  around.main_routes[2].scope = RT_SCOPE_UNIVERSE;
  EXPECT_EQ(refusal(wish("10.1.1.1", 24), around), "Unable to find nic or netmask.");
}

TEST(ChooseInterface, StaysOnTheConfiguredNic) {
  auto settings = wish("192.168.56.10");
  settings.nic = "eth1";
  auto around = two_networks();
  around.nic = 3;
  const auto choice = chosen(settings, around);
  EXPECT_EQ(choice.link, 3);
  EXPECT_EQ(choice.prefix, 16U);
}

TEST(ChooseInterface, NeedsNoRouteForConfiguredNicAndMask) {
  auto settings = wish("172.16.5.5", 20);
  settings.nic = "eth0";
  Surroundings around;
  around.nic = 2;
  const auto choice = chosen(settings, around);
  EXPECT_EQ(choice.link, 2);
  EXPECT_EQ(choice.prefix, 20U);
  EXPECT_FALSE(choice.broadcast);
}

TEST(ChooseInterface, ServesNothingOnAMissingNic) {
  auto settings = wish("172.16.5.5", 20);
  settings.nic = "gone0";
  EXPECT_FALSE(chosen(settings, {}).link);
  settings.netmask_text.clear();
  settings.prefix.reset();
  EXPECT_EQ(refusal(settings, {}), "Unable to find nic or netmask.");
}

TEST(ChooseInterface, WantsAMaskIfOnlyAHostRouteMatches) {
  Surroundings around;
  around.main_routes = {route("10.1.1.1", 32, 2)};
  EXPECT_EQ(refusal(wish("10.1.1.1"), around), "Unable to find cidr_netmask.");
}

TEST(ChooseInterface, FindsLoopbackInTheLocalTable) {
  Surroundings around;
  around.local_routes = {route("127.0.0.0", 8, 1)};
  around.local_routes[0].type = RTN_LOCAL;
  const auto choice = chosen(wish("127.0.0.9"), around);
  EXPECT_EQ(choice.link, 1);
  EXPECT_EQ(choice.prefix, 8U);
}

TEST(ChooseInterface, FiltersByTheOriginOfTheRoute) {
  auto settings = wish("192.168.56.10");
  settings.protocol = RTPROT_STATIC;
  auto around = two_networks();
  around.main_routes[1].protocol = RTPROT_STATIC;
  EXPECT_EQ(chosen(settings, around).link, 3);
}

TEST(ChooseInterface, TakesAnyIpv6RouteButTheDefault) {
  Surroundings around;
  around.main_routes = {route("::", 0, 3), route("fd00::", 64, 2)};
  around.main_routes[1].scope = RT_SCOPE_UNIVERSE;
  const auto choice = chosen(wish("fd00::10"), around);
  EXPECT_EQ(choice.link, 2);
  EXPECT_EQ(choice.prefix, 64U);
  EXPECT_FALSE(choice.broadcast);
}

TEST(ChooseInterface, ComputesPlusAndMinusBroadcasts) {
  auto settings = wish("192.168.56.10", 24);
  settings.broadcast_rule = BroadcastRule::ones;
  EXPECT_EQ(chosen(settings, two_networks()).broadcast, ip("192.168.56.255"));
  settings.broadcast_rule = BroadcastRule::zeros;
  EXPECT_EQ(chosen(settings, two_networks()).broadcast, ip("192.168.56.0"));
  settings.prefix = 31;
  EXPECT_FALSE(chosen(settings, two_networks()).broadcast);
}

TEST(ChooseInterface, RefusesWhatIsNoAddressOrMask) {
  WantedAddress settings;
  settings.ip_text = "nonsense";
  EXPECT_EQ(refusal(settings, two_networks()), "Unable to find nic or netmask.");
  auto masked = wish("192.168.56.10");
  masked.netmask_text = "99";
  EXPECT_EQ(refusal(masked, two_networks()), "Unable to find nic or netmask.");
}

}  // namespace
