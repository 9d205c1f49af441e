// SPDX-License-Identifier: Apache-2.0
#include "netlink/ip_address.h"

#include <gtest/gtest.h>

namespace {

using mainstay::netlink::Family;
using mainstay::netlink::IpAddress;
using mainstay::netlink::prefix_length_of_mask;
using mainstay::netlink::share_prefix;
using mainstay::netlink::with_host_bits;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

TEST(IpAddress, ReadsAndWritesCanonicalText) {
  EXPECT_EQ(ip("192.168.56.10").text(), "192.168.56.10");
  EXPECT_EQ(ip("2001:DB8:0:0:0::1").text(), "2001:db8::1");
  EXPECT_EQ(ip("::1").family(), Family::inet6);
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "1.2.3", "1.2.3.256", "1.2.3.4/24", "fe80::1%eth0", "host", "::g"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, TakesBytesOfEitherFamily) {
  const unsigned char four[] = {10, 0, 0, 5};
  EXPECT_EQ(IpAddress::from_bytes(four, 4)->text(), "10.0.0.5");
  EXPECT_FALSE(IpAddress::from_bytes(four, 3));
}

TEST(IpAddress, KnowsLoopbackAndLinkLocal) {
  EXPECT_TRUE(ip("127.3.2.1").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_FALSE(ip("::2").is_loopback());
  EXPECT_TRUE(ip("febf::1").is_link_local());
  EXPECT_FALSE(ip("fec0::1").is_link_local());
}

TEST(Prefix, ComparesOnlyTheLeadingBits) {
  EXPECT_TRUE(share_prefix(ip("10.1.2.3"), ip("10.1.2.254"), 24));
  EXPECT_FALSE(share_prefix(ip("10.1.2.3"), ip("10.1.2.254"), 25));
  EXPECT_TRUE(share_prefix(ip("10.1.2.3"), ip("99.9.9.9"), 0));
  EXPECT_FALSE(share_prefix(ip("10.1.2.3"), ip("::1"), 0));
}

TEST(Prefix, SetsAndClearsHostBits) {
  EXPECT_EQ(with_host_bits(ip("10.1.2.3"), 20, true).text(), "10.1.15.255");
  EXPECT_EQ(with_host_bits(ip("10.1.2.3"), 20, false).text(), "10.1.0.0");
  EXPECT_EQ(with_host_bits(ip("10.1.2.3"), 32, true).text(), "10.1.2.3");
}

TEST(Prefix, IsCountedInMasksWithoutHoles) {
  EXPECT_EQ(prefix_length_of_mask("255.255.255.0"), 24U);
  EXPECT_EQ(prefix_length_of_mask("0.0.0.0"), 0U);
  EXPECT_EQ(prefix_length_of_mask("255.255.255.255"), 32U);
  EXPECT_FALSE(prefix_length_of_mask("255.0.255.0"));
  EXPECT_FALSE(prefix_length_of_mask("24"));
}

}  // namespace
