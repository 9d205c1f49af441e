// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Route and ocf:heartbeat:IPsrcaddr: routes of both families.
#include <algorithm>

#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

/// The routes of all tables but those to the host's own addresses.
json routes() {
  json seen = json::array();
  for (const char* family : {"-4", "-6"}) {
    const std::string text =
        output_of(std::string("ip -j ") + family + " route show table all type unicast");
    for (json route : json::parse(text.empty() ? "[]" : text)) {
      if (route.value("dst", "") != "fe80::/64") {
        seen.push_back(std::move(route));
      }
    }
  }
  std::sort(seen.begin(), seen.end());
  return seen;
}

const Agent kRoute{
    .provider = "heartbeat",
    .type = "Route",
    .plugin = "route",
    .build = build_network,
    .look = routes,
    .story = {"probe", "stop", "start", "monitor", "start", "probe", "validate-all", "reload",
              "stop", "monitor", "stop"},
};

Parameters to(const std::string& destination, Parameters more) {
  more.try_emplace("destination", destination);
  return more;
}

const std::vector<Case> kRouteCases = {
    {"ByDevice", to("10.9.0.0/16", {{"device", "eth0"}})},
    {"ByGateway", to("10.9.0.0/16", {{"gateway", "192.168.56.254"}})},
    {"ByBoth", to("10.9.0.0/16", {{"device", "eth0"}, {"gateway", "192.168.56.254"}})},
    {"ByDottedMask", to("10.9.0.0/255.255.0.0", {{"device", "eth0"}})},
    {"Host", to("10.9.0.1", {{"device", "eth0"}})},
    {"HostWithLength", to("10.9.0.1/32", {{"gateway", "192.168.56.254"}})},
    {"HostBits", to("10.9.0.1/16", {{"device", "eth0"}})},
    {"DefaultExists", to("default", {{"gateway", "192.168.56.254"}, {"family", "ip4"}})},
    {"DefaultIsThere", to("0.0.0.0/0", {{"gateway", "10.1.0.254"}})},
    {"Default",
     to("default", {{"gateway", "192.168.56.254"}, {"family", "ip4"}}),
     {"!ip route del default", "probe", "start", "monitor", "start", "stop", "stop"}},
    {"DefaultInNumbers",
     to("0.0.0.0/0", {{"device", "eth0"}}),
     {"!ip route del default", "probe", "start", "monitor", "start", "stop", "stop"}},
    {"Source", to("10.9.0.0/16", {{"device", "eth0"}, {"source", "192.168.56.11"}})},
    {"SourceOfOther", to("10.9.0.0/16", {{"device", "eth0"}, {"source", "10.1.0.1"}})},
    {"SourceMissing", to("10.9.0.0/16", {{"device", "eth0"}, {"source", "192.168.56.77"}})},
    {"UsedTable",
     to("10.9.0.0/16", {{"device", "eth0"}, {"table", "77"}}),
     {"!ip route add 10.8.0.0/16 dev eth0 table 77", "probe", "stop", "start", "monitor", "stop",
      "monitor"}},
    {"LargeTable",
     to("10.9.0.0/16", {{"device", "eth0"}, {"table", "7777"}}),
     {"!ip route add 10.8.0.0/16 dev eth0 table 7777", "probe", "start", "monitor", "stop"}},
    {"MainTable", to("10.9.0.0/16", {{"device", "eth0"}, {"table", "main"}})},
    {"DefaultTable",
     to("10.9.0.0/16", {{"device", "eth0"}, {"table", "default"}}),
     {"start", "monitor", "stop", "monitor"}},
    {"DeviceMissing",
     to("10.9.0.0/16", {{"device", "gone0"}}),
     {"probe", "start", "monitor", "validate-all"}},
    {"DeviceDown",
     to("10.9.0.0/16", {{"device", "eth1"}}),
     {"!ip link set eth1 down", "probe", "start", "monitor", "stop"}},
    {"GatewayUnreachable",
     to("10.9.0.0/16", {{"gateway", "172.31.0.1"}}),
     {"!ip route del default", "probe", "start", "monitor", "validate-all", "stop"}},
    {"GatewayBehindTheDefaultRoute", to("10.9.0.0/16", {{"gateway", "172.31.0.1"}})},
    {"NoDestination", {{"device", "eth0"}}, {"probe", "start", "monitor", "validate-all", "stop"}},
    {"NoWay", to("10.9.0.0/16", {}), {"probe", "start", "monitor", "validate-all", "stop"}},
    {"AnotherWay",
     to("10.9.0.0/16", {{"device", "eth0"}}),
     {"!ip route add 10.9.0.0/16 dev eth1", "probe", "start", "monitor", "stop"}},
    {"AnotherMetric",
     to("10.9.0.0/16", {{"device", "eth0"}}),
     {"!ip route add 10.9.0.0/16 dev eth0 metric 50", "probe", "start", "monitor", "stop"}},
    {"RemovedBehindItsBack",
     to("10.9.0.0/16", {{"device", "eth0"}}),
     {"start", "!ip route del 10.9.0.0/16", "monitor", "start", "monitor", "stop"}},
    {"ServedByBoth",
     to("10.9.0.0/16", {{"device", "eth0"}, {"source", "192.168.56.11"}}),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
    {"Ipv6", to("fd09::/64", {{"device", "eth0"}})},
    {"Ipv6ByGateway", to("fd09::/64", {{"gateway", "fd00::fe"}})},
    {"Ipv6Given",
     to("fd09::/64", {{"device", "eth0"}, {"gateway", "fd00::fe"}, {"family", "ip6"}})},
    {"Ipv6Host", to("fd09::1", {{"device", "eth0"}})},
    {"Ipv6Source", to("fd09::/64", {{"device", "eth0"}, {"source", "fd00::11"}})},
    {"Ipv6Default", to("default", {{"gateway", "fd00::fe"}, {"family", "ip6"}})},
    {"CloneOfMany",
     to("10.9.0.0/16", {{"device", "eth0"}}),
     {"probe", "start", "validate-all", "stop"},
     {{"clone", "0"}, {"clone-node-max", "2"}}},
    {"Clone",
     to("10.9.0.0/16", {{"device", "eth0"}}),
     {},
     {{"clone", "0"}, {"clone-node-max", "1"}}},
    {.name = "FamilyMismatch",
     .parameters = to("fd09::/64", {{"device", "eth0"}, {"family", "ip4"}}),
     .declined = true},
    {.name = "NamedDestination",
     .parameters = to("example", {{"device", "eth0"}}),
     .declined = true},
    {.name = "NamedGateway",
     .parameters = to("10.9.0.0/16", {{"gateway", "router"}}),
     .declined = true},
    {.name = "UnknownTable",
     .parameters = to("10.9.0.0/16", {{"device", "eth0"}, {"table", "nosuch"}}),
     .declined = true},
};

INSTANTIATE_TEST_SUITE_P(Route, Parity, ::testing::ValuesIn(all_of(kRoute, kRouteCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Route, MetaData, ::testing::Values(&kRoute));

TEST(RouteOnTheKernel, StopsWhereNeitherDeviceNorTableIsThere) {
  const json told = tell_natively(kRoute, {"", to("10.9.0.0/16", {{"device", "gone0"}}), {"stop"}});
  EXPECT_EQ(told[0]["code"], 0);
  const json table = tell_natively(
      kRoute, {"", to("10.9.0.0/16", {{"device", "eth0"}, {"table", "77"}}), {"stop", "monitor"}});
  EXPECT_EQ(table[0]["code"], 0);
  EXPECT_EQ(table[1]["code"], 7);
}

/// The address is there, and a second one that IPsrcaddr is to prefer.
void build_network_with_address() {
  build_network();
  shell("ip addr add 10.1.0.50/16 brd + dev eth1 && ip addr add 192.168.56.50/24 dev eth0");
}

const Agent kIpsrcaddr{
    .provider = "heartbeat",
    .type = "IPsrcaddr",
    .plugin = "ipsrcaddr",
    .build = build_network_with_address,
    .look = routes,
    .story = {"probe", "stop", "monitor", "start", "monitor", "start", "probe", "status",
              "validate-all", "stop", "monitor"},
};

Parameters of(const std::string& address, Parameters more = {}) {
  more.try_emplace("ipaddress", address);
  return more;
}

const std::vector<Case> kIpsrcaddrCases = {
    {"Default", of("10.1.0.50")},
    {"DefaultWithMask", of("10.1.0.50", {{"cidr_netmask", "16"}})},
    {"DefaultWithDottedMask", of("10.1.0.50", {{"cidr_netmask", "255.255.0.0"}})},
    {"MaskThatIsNone",
     of("10.1.0.50", {{"cidr_netmask", "99"}}),
     {"stop", "start", "monitor", "validate-all"}},
    {"Protocol", of("10.1.0.50", {{"proto", "kernel"}})},
    {"OtherProtocol", of("10.1.0.50", {{"proto", "static"}})},
    {"Metric", of("10.1.0.50", {{"metric", "7"}})},
    {"MainTable", of("10.1.0.50", {{"table", "main"}})},
    {"RouteWithProperties",
     of("10.1.0.50"),
     {"!ip route replace default via 10.1.0.254 dev eth1 proto static metric 20 mtu 1400",
      "!ip route del default via 10.1.0.254 metric 0 2>&-; true", "probe", "start", "monitor",
      "stop", "monitor"}},
    {"NotServed", of("10.1.0.51")},
    {"NotOnTheDefaultRoutesLink", of("192.168.56.50")},
    {"ServedByLoopback",
     of("172.31.9.9"),
     {"!ip addr add 172.31.9.9/32 dev lo", "start", "monitor"}},
    {"Loopback", of("127.0.0.1"), {"probe", "start", "monitor", "validate-all"}},
    {"BadAddress", of("10.1.0")},
    {"NoAddress", {}},
    {"NoDefaultRoute",
     of("10.1.0.50"),
     {"!ip route del default", "probe", "start", "monitor", "stop"}},
    {"TwoDefaultRoutes",
     of("10.1.0.50"),
     {"!ip route add default via 10.1.0.253 dev eth1 metric 9", "probe", "start", "monitor",
      "stop"}},
    {"AnotherSource",
     of("10.1.0.50"),
     {"!ip route change default via 10.1.0.254 dev eth1 src 10.1.0.1", "probe", "monitor", "start",
      "monitor"}},
    {"RouteReplacedBehindItsBack",
     of("10.1.0.50"),
     {"start", "!ip route replace default via 10.1.0.254 dev eth1", "monitor", "start", "monitor",
      "stop"}},
    {"Destination", of("10.1.0.50", {{"destination", "10.1.0.0/16"}})},
    {"DestinationElsewhere", of("192.168.56.50", {{"destination", "10.9.0.0/16"}})},
    {"DestinationInATable",
     of("192.168.56.50", {{"destination", "10.9.0.0/16"}, {"table", "77"}}),
     {"!ip route add 10.8.0.0/16 dev eth0 table 77", "probe", "start", "monitor"}},
    {"DestinationWithMetric",
     of("192.168.56.50", {{"destination", "10.9.0.0/16"}, {"metric", "5"}, {"proto", "kernel"}})},
    {"DestinationWithoutLength", of("10.1.0.50", {{"destination", "10.1.0.0"}})},
    {"ServedByBoth",
     of("10.1.0.50"),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
    {.name = "LocalTable", .parameters = of("10.1.0.50", {{"table", "local"}}), .declined = true},
    {.name = "OtherTable", .parameters = of("10.1.0.50", {{"table", "77"}}), .declined = true},
};

INSTANTIATE_TEST_SUITE_P(Ipsrcaddr, Parity,
                         ::testing::ValuesIn(all_of(kIpsrcaddr, kIpsrcaddrCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Ipsrcaddr, MetaData, ::testing::Values(&kIpsrcaddr));

TEST(IpsrcaddrOnTheKernel, IsStoppedWhereAnotherAddressIsPreferred) {
  const json told =
      tell_natively(kIpsrcaddr, {"", of("10.1.0.50"), {"start", "stop", "monitor", "stop"}});
  EXPECT_EQ(told[2]["code"], 7);
  EXPECT_EQ(told[3]["code"], 0);
  EXPECT_EQ(told[3]["state"], told[1]["state"]);
}

}  // namespace
}  // namespace mainstay::parity
