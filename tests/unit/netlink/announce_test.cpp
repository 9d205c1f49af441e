// SPDX-License-Identifier: Apache-2.0
#include "netlink/announce.h"

#include <gtest/gtest.h>

namespace {

using mainstay::netlink::ArpOperation;
using mainstay::netlink::encode_gratuitous_arp;
using mainstay::netlink::encode_neighbour_advertisement;
using mainstay::netlink::IpAddress;
using Bytes = std::vector<std::uint8_t>;

const Bytes kMac{2, 0, 0, 0, 0, 9};

TEST(GratuitousArp, NamesTheAddressAsSenderAndTarget) {
  const Bytes expected{0,   1,   8,   0,   6,   4,   0,   1,             // Ethernet, IPv4, request
                       2,   0,   0,   0,   0,   9,   192, 168, 56, 10,   // sender
                       255, 255, 255, 255, 255, 255, 192, 168, 56, 10};  // target
  EXPECT_EQ(encode_gratuitous_arp(ArpOperation::request, *IpAddress::parse("192.168.56.10"), kMac),
            expected);
}

TEST(GratuitousArp, ComesAsAReplyToo) {
  const auto packet =
      encode_gratuitous_arp(ArpOperation::reply, *IpAddress::parse("10.0.0.1"), kMac);
  EXPECT_EQ(packet[7], 2);
}

TEST(NeighbourAdvertisement, OverridesWithTheLinkLayerAddress) {
  const auto packet = encode_neighbour_advertisement(*IpAddress::parse("fd00::10"), kMac);
  ASSERT_EQ(packet.size(), 32U);
  EXPECT_EQ(packet[0], 136);
  EXPECT_EQ(packet[4], 0x20);
  EXPECT_EQ(Bytes(packet.begin() + 8, packet.begin() + 10), (Bytes{0xfd, 0}));
  EXPECT_EQ(Bytes(packet.begin() + 24, packet.end()), (Bytes{2, 1, 2, 0, 0, 0, 0, 9}));
}

}  // namespace
