// SPDX-License-Identifier: Apache-2.0
// Which changes are of interest to an address.
#include "plugins/ipaddr2/address_watch.h"

#include <gtest/gtest.h>
#include <linux/if.h>

namespace {

using mainstay::ipaddr2::concerns;
using mainstay::ipaddr2::Interest;
using mainstay::netlink::Address;
using mainstay::netlink::AddressChange;
using mainstay::netlink::IpAddress;
using mainstay::netlink::Link;
using mainstay::netlink::LinkChange;
using mainstay::netlink::Missed;

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
    .ip = *IpAddress::parse("192.168.56.10"), .link = 2, .check_link_status = true};

TEST(AddressWatch, CaresForItsAddressAlone) {
  EXPECT_TRUE(concerns(kInterest, address("192.168.56.10", true)));
  EXPECT_TRUE(concerns(kInterest, address("192.168.56.10", false)));
  EXPECT_FALSE(concerns(kInterest, address("192.168.56.11", true)));
  EXPECT_FALSE(concerns(kInterest, address("fd00::10", true)));
}

TEST(AddressWatch, CaresForItsLinkWhenItGoesDownOrAway) {
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_DOWN)));
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_LOWERLAYERDOWN)));
  EXPECT_TRUE(concerns(kInterest, link(2, IF_OPER_UP, true)));
  EXPECT_FALSE(concerns(kInterest, link(2, IF_OPER_UP)));
  EXPECT_FALSE(concerns(kInterest, link(3, IF_OPER_DOWN)));
}

TEST(AddressWatch, DoesNotMindTheLinkWhenItIsNotToBeChecked) {
  Interest interest = kInterest;
  interest.check_link_status = false;
  EXPECT_FALSE(concerns(interest, link(2, IF_OPER_DOWN)));
  EXPECT_TRUE(concerns(interest, link(2, IF_OPER_UP, true)));
}

TEST(AddressWatch, LooksWhenSomethingWasMissed) {
  EXPECT_TRUE(concerns(kInterest, Missed{}));
}

}  // namespace
