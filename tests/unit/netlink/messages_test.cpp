// SPDX-License-Identifier: Apache-2.0
// Messages that we encode are decoded again, and messages that are cut short are none.
#include "netlink/messages.h"

#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

namespace {

using namespace mainstay::netlink;  // NOLINT(google-build-using-namespace): the folder under test

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

Address full_address() {
  Address address;
  address.link = 7;
  address.ip = ip("192.168.56.10");
  address.prefix = 24;
  address.broadcast = ip("192.168.56.255");
  address.label = "eth0:web";
  address.flags = IFA_F_NOPREFIXROUTE;
  address.scope = RT_SCOPE_LINK;
  address.preferred_lft = 30;
  address.valid_lft = 60;
  return address;
}

TEST(AddressMessage, KeepsEveryField) {
  const auto message = encode_address_addition(full_address());
  const auto decoded = decode_address(*nlmsg_hdr(message.get()));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, full_address());
}

TEST(AddressMessage, AsksToCreateWhatIsNotThere) {
  const auto message = encode_address_addition(full_address());
  EXPECT_EQ(nlmsg_hdr(message.get())->nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL),
            NLM_F_CREATE | NLM_F_EXCL);
}

TEST(AddressMessage, TellsThePeerOfAPointToPointLink) {
  Address address = full_address();
  address.peer = ip("192.168.56.1");
  const auto message = encode_address_addition(address);
  EXPECT_EQ(decode_address(*nlmsg_hdr(message.get())), address);
}

TEST(AddressMessage, OfIpv6HasNoLabelOrBroadcast) {
  Address address;
  address.link = 3;
  address.ip = ip("fd00::10");
  address.prefix = 64;
  const auto message = encode_address_addition(address);
  EXPECT_EQ(decode_address(*nlmsg_hdr(message.get())), address);
}

TEST(AddressMessage, OfAnotherTypeIsNone) {
  const auto message = encode_address_removal(full_address());
  EXPECT_FALSE(decode_address(*nlmsg_hdr(message.get())));
  EXPECT_FALSE(decode_link(*nlmsg_hdr(message.get())));
}

TEST(ChangeMessage, TellsWhatIsNewAndWhatIsGone) {
  const auto added = encode_address_addition(full_address());
  EXPECT_EQ(decode_change(*nlmsg_hdr(added.get())),
            Change(AddressChange{.address = full_address(), .gone = false}));
  const auto removed = encode_address_removal(full_address());
  const auto change = decode_change(*nlmsg_hdr(removed.get()));
  ASSERT_TRUE(change);
  EXPECT_TRUE(std::get<AddressChange>(*change).gone);
  EXPECT_EQ(std::get<AddressChange>(*change).address.ip, full_address().ip);
  const auto link = encode_link_up(4);
  EXPECT_EQ(std::get<LinkChange>(*decode_change(*nlmsg_hdr(link.get()))).link.index, 4);
  EXPECT_FALSE(decode_change(*nlmsg_hdr(encode_route_dump(Family::inet, 254).get())));
}

TEST(AddressMessage, CutShortIsNone) {
  const auto message = encode_address_addition(full_address());
  nlmsghdr header = *nlmsg_hdr(message.get());
  header.nlmsg_len = sizeof header + 2;
  EXPECT_FALSE(decode_address(header));
}

TEST(RouteMessage, IsDecodedWithItsAttributes) {
  const Message message(nlmsg_alloc_simple(RTM_NEWROUTE, 0));
  rtmsg fixed{};
  fixed.rtm_family = AF_INET;
  fixed.rtm_dst_len = 24;
  fixed.rtm_table = RT_TABLE_MAIN;
  fixed.rtm_type = RTN_UNICAST;
  fixed.rtm_protocol = RTPROT_KERNEL;
  fixed.rtm_scope = RT_SCOPE_LINK;
  nlmsg_append(message.get(), &fixed, sizeof fixed, NLMSG_ALIGNTO);
  const auto destination = ip("192.168.56.0");
  const auto source = ip("192.168.56.11");
  nla_put(message.get(), RTA_DST, 4, destination.bytes().data());
  nla_put(message.get(), RTA_PREFSRC, 4, source.bytes().data());
  nla_put_u32(message.get(), RTA_OIF, 5);
  nla_put_u32(message.get(), RTA_PRIORITY, 100);
  const auto route = decode_route(*nlmsg_hdr(message.get()));
  ASSERT_TRUE(route);
  const Route expected{.destination = destination,
                       .prefix = 24,
                       .link = 5,
                       .table = RT_TABLE_MAIN,
                       .type = RTN_UNICAST,
                       .protocol = RTPROT_KERNEL,
                       .scope = RT_SCOPE_LINK,
                       .metric = 100,
                       .source = source};
  EXPECT_EQ(*route, expected);
}

TEST(RouteMessage, OfTheCacheIsLeftOut) {
  const Message message(nlmsg_alloc_simple(RTM_NEWROUTE, 0));
  rtmsg fixed{};
  fixed.rtm_family = AF_INET6;
  fixed.rtm_flags = RTM_F_CLONED;
  nlmsg_append(message.get(), &fixed, sizeof fixed, NLMSG_ALIGNTO);
  EXPECT_FALSE(decode_route(*nlmsg_hdr(message.get())));
}

TEST(LinkMessage, IsDecodedWithItsAlternativeNames) {
  const Message message(nlmsg_alloc_simple(RTM_NEWLINK, 0));
  ifinfomsg fixed{};
  fixed.ifi_index = 4;
  fixed.ifi_type = 1;
  nlmsg_append(message.get(), &fixed, sizeof fixed, NLMSG_ALIGNTO);
  nla_put_string(message.get(), IFLA_IFNAME, "eth0");
  nla_put_u8(message.get(), IFLA_OPERSTATE, 6);
  const unsigned char mac[] = {2, 0, 0, 0, 0, 9};
  nla_put(message.get(), IFLA_ADDRESS, sizeof mac, mac);
  nlattr* list = nla_nest_start(message.get(), IFLA_PROP_LIST);
  nla_put_string(message.get(), IFLA_ALT_IFNAME, "enp0s8");
  nla_nest_end(message.get(), list);
  const auto link = decode_link(*nlmsg_hdr(message.get()));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->index, 4);
  EXPECT_EQ(link->name, "eth0");
  EXPECT_EQ(link->altnames, std::vector<std::string>{"enp0s8"});
  EXPECT_EQ(link->operstate, 6);
  EXPECT_EQ(link->mac, (std::vector<std::uint8_t>{2, 0, 0, 0, 0, 9}));
}

}  // namespace
