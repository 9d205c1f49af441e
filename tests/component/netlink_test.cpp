// SPDX-License-Identifier: Apache-2.0
// Netlink against the real kernel, in a network namespace of its own. Skips aloud without root.
#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "netlink/kernel_netlink.h"

namespace {

using namespace mainstay::netlink;  // NOLINT(google-build-using-namespace): the folder under test

constexpr int kSkipped = 77;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

void shell(const std::string& command) {
  ASSERT_EQ(std::system(command.c_str()), 0)  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
      << command;
}

class KernelNetlinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    shell(
        "ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up");
    shell("ip addr add 192.168.56.11/24 brd + dev eth0 && ip addr add 10.1.0.1/16 dev eth1");
    auto netlink = pool_.borrow();
    ASSERT_TRUE(netlink) << netlink.error().context;
    netlink_ = *netlink;
  }

  KernelNetlinkPool pool_;
  std::shared_ptr<Netlink> netlink_;
};

TEST_F(KernelNetlinkTest, ListsTheAddressesOfOneLinkOrOfAll) {
  const int eth0 = *netlink_->link_index("eth0");
  const auto of_one = netlink_->addresses(Family::inet, eth0);
  ASSERT_TRUE(of_one) << of_one.error().context;
  ASSERT_EQ(of_one->size(), 1U);
  EXPECT_EQ(of_one->front().ip, ip("192.168.56.11"));
  EXPECT_EQ(of_one->front().broadcast, ip("192.168.56.255"));
  EXPECT_EQ(netlink_->addresses(Family::inet, std::nullopt)->size(), 2U);
}

TEST_F(KernelNetlinkTest, ListsMoreAddressesThanFitIntoOnePiece) {
  shell("for i in $(seq 0 199); do echo addr add 10.2.$i.1/32 dev eth0; done | ip -batch -");
  const auto all = netlink_->addresses(Family::inet, netlink_->link_index("eth0").value_or(0));
  ASSERT_TRUE(all) << all.error().context;
  std::set<IpAddress> different;
  for (const Address& address : *all) {
    different.insert(address.ip);
  }
  EXPECT_EQ(all->size(), 201U);
  EXPECT_EQ(different.size(), 201U);
}

TEST_F(KernelNetlinkTest, ListsTheRoutesOfOneTable) {
  const auto routes = netlink_->routes(Family::inet, RT_TABLE_MAIN);
  ASSERT_TRUE(routes) << routes.error().context;
  EXPECT_EQ(routes->size(), 2U);
  const auto unused = netlink_->routes(Family::inet, 77);
  ASSERT_TRUE(unused) << unused.error().context;
  EXPECT_TRUE(unused->empty());
}

TEST_F(KernelNetlinkTest, WhatIsKnownNeverOutlivesAChange) {
  const int eth0 = *netlink_->link_index("eth0");
  const auto count = [&](const char* address) {
    const auto found = netlink_->addresses_of(ip(address), eth0);
    return found ? static_cast<int>(found->size()) : -1;
  };
  for (int round = 0; round < 50; ++round) {
    ASSERT_EQ(count("192.168.56.10"), 0);
    ASSERT_EQ(count("192.168.56.11"), 1);
    shell("ip addr add 192.168.56.10/24 dev eth0");
    ASSERT_EQ(count("192.168.56.10"), 1);
    ASSERT_EQ(count("192.168.56.10"), 1);
    shell("ip addr add 192.168.56.10/32 dev eth0");
    ASSERT_EQ(count("192.168.56.10"), 2);
    shell("ip addr del 192.168.56.10/24 dev eth0; ip addr del 192.168.56.10/32 dev eth0");
  }
  EXPECT_EQ(netlink_->addresses_of(ip("192.168.56.11"), *netlink_->link_index("eth1"))->size(), 0U);
}

TEST_F(KernelNetlinkTest, ANewIpv6AddressIsFoundBeforeTheKernelTellsOfIt) {
  const int eth0 = *netlink_->link_index("eth0");
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(netlink_->addresses_of(ip("fd00::10"), eth0)->empty());
    Address address{.link = eth0, .ip = ip("fd00::10"), .prefix = 64, .flags = IFA_F_NODAD};
    ASSERT_TRUE(netlink_->add_address(address));
    ASSERT_EQ(netlink_->addresses_of(ip("fd00::10"), eth0)->size(), 1U) << round;
    ASSERT_TRUE(netlink_->remove_address(address));
  }
}

TEST_F(KernelNetlinkTest, RoutesThatVanishWithoutAWordAreNotKnownAnyMore) {
  shell("ip route add 10.9.0.0/16 via 192.168.56.1");
  EXPECT_EQ(netlink_->routes(Family::inet, RT_TABLE_MAIN)->size(), 3U);
  EXPECT_EQ(netlink_->routes(Family::inet, RT_TABLE_MAIN)->size(), 3U);
  shell("ip link set eth0 down");
  EXPECT_EQ(netlink_->routes(Family::inet, RT_TABLE_MAIN)->size(), 1U);
  shell("ip addr flush dev eth1");
  EXPECT_TRUE(netlink_->routes(Family::inet, RT_TABLE_MAIN)->empty());
}

TEST_F(KernelNetlinkTest, MoreChangesThanTheKernelKeepsAreNoneMissed) {
  const int eth0 = *netlink_->link_index("eth0");
  EXPECT_EQ(netlink_->addresses_of(ip("192.168.56.11"), eth0)->size(), 1U);
  shell(
      "for i in $(seq 0 6000); do echo addr add 10.$((i/250+3)).$((i%250)).1/32 dev eth0; done | "
      "ip -batch -");
  EXPECT_EQ(netlink_->addresses_of(ip("10.26.250.1"), eth0)->size(), 0U);
  EXPECT_EQ(netlink_->addresses_of(ip("10.27.0.1"), eth0)->size(), 1U);
  shell("ip addr del 10.27.0.1/32 dev eth0");
  EXPECT_EQ(netlink_->addresses_of(ip("10.27.0.1"), eth0)->size(), 0U);
}

TEST_F(KernelNetlinkTest, FindsALinkByEveryNameThatItHas) {
  shell("ip link property add dev eth0 altname a-name-that-is-longer-than-fifteen");
  shell("ip link property add dev eth0 altname short");
  const int eth0 = *netlink_->link_index("eth0");
  for (const char* name : {"short", "a-name-that-is-longer-than-fifteen"}) {
    const auto index = netlink_->link_index(name);
    ASSERT_TRUE(index) << name << ": " << index.error().context;
    EXPECT_EQ(*index, eth0);
  }
  for (const std::string& name : {std::string("eth9"), std::string(), std::string(200, 'x')}) {
    const auto index = netlink_->link_index(name);
    ASSERT_FALSE(index) << name;
    EXPECT_EQ(index.error().code, std::errc::no_such_device);
  }
}

TEST_F(KernelNetlinkTest, SeesAtAGlanceWhatALookWouldShow) {
  const int eth0 = *netlink_->link_index("eth0");
  for (const char* change :
       {"ip link set eth1 down", "ip link set eth0 down", "ip link set lo up"}) {
    const auto look = netlink_->find_link(eth0);
    const auto glance = netlink_->glance_at_link(eth0);
    ASSERT_TRUE(look && glance);
    EXPECT_EQ(glance->name, "eth0");
    EXPECT_EQ(glance->operstate, look->operstate);
    EXPECT_EQ(glance->hardware, look->hardware);
    EXPECT_EQ(glance->flags & IFF_UP, look->flags & IFF_UP);
    shell(change);
  }
  EXPECT_EQ(netlink_->glance_at_link(4711).error().code, std::errc::no_such_device);
}

TEST_F(KernelNetlinkTest, TellsWhyAChangeWasRefused) {
  Address address;
  address.link = *netlink_->link_index("eth0");
  address.ip = ip("192.168.56.11");
  address.prefix = 24;
  EXPECT_EQ(netlink_->add_address(address).error().code, std::errc::file_exists);
  EXPECT_TRUE(netlink_->remove_address(address));
  EXPECT_EQ(netlink_->remove_address(address).error().code, std::errc::address_not_available);
  EXPECT_TRUE(netlink_->add_address(address));
}

TEST_F(KernelNetlinkTest, LendsAgainWhatWasGivenBack) {
  const Netlink* first = netlink_.get();
  EXPECT_NE(pool_.borrow()->get(), first);
  netlink_.reset();
  EXPECT_EQ(pool_.borrow()->get(), first);
}

}  // namespace

int main(int argc, char** argv) {
  if (::geteuid() != 0) {
    std::puts("skipped: network namespaces need root");
    return kSkipped;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
