// SPDX-License-Identifier: Apache-2.0
// Which changes are of interest to an address.
#include "netlink/change_hub.h"

#include <gtest/gtest.h>
#include <linux/if.h>

namespace {

using mainstay::netlink::Address;
using mainstay::netlink::AddressChange;
using mainstay::netlink::concerns;
using mainstay::netlink::Interest;
using mainstay::netlink::IpAddress;
using mainstay::netlink::Link;
using mainstay::netlink::LinkChange;
using mainstay::netlink::Missed;
using mainstay::netlink::RouteChange;
using mainstay::netlink::RoutePlace;

AddressChange address(const char* ip, bool gone) {
  Address address;
  address.ip = *IpAddress::parse(ip);
  return {.address = address, .gone = gone};
}

LinkChange link(int index, std::uint8_t operstate, bool gone = false) {
  Link link;
  link.index = index;
  link.operstate = operstate;
  return {.link = link, .gone = gone};
}

const Interest kInterest{
    .addresses = {*IpAddress::parse("192.168.56.10")}, .link = 2, .check_link_status = true};

TEST(Concerns, CaresForItsAddressAlone) {
  EXPECT_TRUE(concerns(kInterest, address("192.168.56.10", true)));
  EXPECT_TRUE(concerns(kInterest, address("192.168.56.10", false)));
  EXPECT_FALSE(concerns(kInterest, address("192.168.56.11", true)));
  EXPECT_FALSE(concerns(kInterest, address("fd00::10", true)));
}

TEST(Concerns, CaresForItsLinkWhenItGoesDownOrAway) {
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_DOWN)));
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_LOWERLAYERDOWN)));
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_UP, true)));
  EXPECT_FALSE(concerns(kInterest, link(2, IF_OPER_UP)));
  EXPECT_FALSE(concerns(kInterest, link(3, IF_OPER_DOWN)));
}

TEST(Concerns, DoesNotMindTheLinkWhenItIsNotToBeChecked) {
  Interest interest = kInterest;
  interest.check_link_status = false;
  EXPECT_FALSE(concerns(interest, link(2, IF_OPER_DOWN)));
  EXPECT_TRUE(concerns(interest, link(2, IF_OPER_UP, true)));
}

RouteChange route(const char* destination, unsigned prefix, std::uint32_t table) {
  return {
      .route = {.destination = *IpAddress::parse(destination), .prefix = prefix, .table = table},
      .gone = true};
}

TEST(Concerns, CaresForItsRouteAlone) {
  const Interest interest{
      .route =
          RoutePlace{.destination = *IpAddress::parse("10.9.0.0"), .prefix = 16, .table = 254}};
  EXPECT_TRUE(concerns(interest, route("10.9.0.0", 16, 254)));
  EXPECT_FALSE(concerns(interest, route("10.9.0.0", 16, 77)));
  EXPECT_FALSE(concerns(interest, route("10.9.0.0", 24, 254)));
  EXPECT_FALSE(concerns(interest, route("10.8.0.0", 16, 254)));
  EXPECT_FALSE(concerns(kInterest, route("192.168.56.10", 32, 254)));
}

TEST(Concerns, LooksWhenSomethingWasMissed) {
  EXPECT_TRUE(concerns(kInterest, Missed{}));
}

}  // namespace
