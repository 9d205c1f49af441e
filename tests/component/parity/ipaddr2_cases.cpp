// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:IPaddr2: virtual addresses of both families.
#include <gtest/gtest.h>

#include "tests/component/parity/parity.h"
#include "tests/unit/plugins/plugin_file.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

const Agent kIpaddr2{
    .provider = "heartbeat",
    .type = "IPaddr2",
    .plugin = "ipaddr2",
    .build = build_network,
    .look = addresses,
    .story = {"probe", "stop", "start", "monitor", "start", "probe", "validate-all", "stop",
              "monitor", "stop"},
    .common = {{"arp_interval", "10"}},
    .left_to_script = {"lvs_support", "lvs_ipv6_addrlabel", "lvs_ipv6_addrlabel_value", "mac",
                       "clusterip_hash", "send_arp_opts", "network_namespace"},
};

const std::string kIp = "192.168.56.10";
const std::string kIp6 = "fd00::10";

Parameters with(Parameters more, const std::string& ip = kIp) {
  more.try_emplace("ip", ip);
  return more;
}
Parameters with6(Parameters more) {
  more.try_emplace("nodad", "true");
  return with(std::move(more), kIp6);
}

// Not here, because scripts of different versions disagree: alternative interface names
// (since 4.13) and an address that has lost its label (a failure since 4.13, before that an answer
// of "all is well").
const std::vector<Case> kCases = {
    {"Plain", with({{"cidr_netmask", "24"}})},
    {"MaskByRoute", with({})},
    {"NicGiven", with({{"nic", "eth0"}})},
    {"NicOfOtherNet", with({{"nic", "eth1"}, {"cidr_netmask", "24"}})},
    {"OtherNet", with({{"cidr_netmask", "16"}}, "10.1.0.9")},
    {"OtherNetNicGiven", with({{"nic", "eth1"}}, "10.1.0.9")},
    {"NarrowMask", with({{"cidr_netmask", "32"}})},
    {"NarrowerMask", with({{"cidr_netmask", "28"}})},
    {"WiderMask", with({{"cidr_netmask", "16"}})},
    {"WidestMask", with({{"cidr_netmask", "1"}})},
    {"PointToPointMask", with({{"cidr_netmask", "31"}, {"nic", "eth0"}, {"broadcast", "+"}})},
    {"ZeroMask", with({{"cidr_netmask", "0"}})},
    {"DottedMask", with({{"cidr_netmask", "255.255.255.0"}})},
    {"DottedHostMask", with({{"cidr_netmask", "255.255.255.255"}})},
    {"DottedMaskWithHoles", with({{"cidr_netmask", "255.0.255.0"}})},
    {"OldMaskName", with({{"netmask", "24"}})},
    {"BroadcastPlus", with({{"cidr_netmask", "25"}, {"nic", "eth0"}, {"broadcast", "+"}})},
    {"BroadcastMinus", with({{"broadcast", "-"}})},
    {"BroadcastGiven", with({{"broadcast", "192.168.56.200"}})},
    {"BroadcastGivenWithNicAndMask",
     with({{"cidr_netmask", "24"}, {"nic", "eth0"}, {"broadcast", "192.168.56.255"}})},
    {"BroadcastBad", with({{"broadcast", "everybody"}})},
    {"Label", with({{"iflabel", "web"}})},
    {"LabelInNic", with({{"nic", "eth0:old"}})},
    {"LabelInNicAndApart", with({{"nic", "eth0:old"}, {"iflabel", "new"}})},
    {"LabelLongest", with({{"iflabel", "1234567890"}})},
    {"LabelTooLong", with({{"iflabel", "muchtoolong"}})},
    {"NoPrefixRoute",
     with({{"cidr_netmask", "24"}, {"nic", "eth1"}, {"noprefixroute", "true"}}, "172.31.0.5")},
    {"NoRoute", with({{"cidr_netmask", "24"}}, "172.31.0.5")},
    {"NicWithoutRoute", with({{"nic", "eth1"}}, "172.31.0.5")},
    {"NicAndMaskWithoutRoute", with({{"nic", "eth1"}, {"cidr_netmask", "24"}}, "172.31.0.5")},
    {"UnknownNic", with({{"cidr_netmask", "24"}, {"nic", "gone0"}})},
    {"UnknownNicWithLabel", with({{"nic", "gone0:web"}})},
    {"BadAddress", {{"ip", "192.168.56.300"}}},
    {"HostName", {{"ip", "localhost"}}},
    {"ZeroAddress", with({{"cidr_netmask", "24"}, {"nic", "eth0"}}, "0.0.0.0")},
    {"BadMask", with({{"cidr_netmask", "33"}})},
    {"MaskOfLetters", with({{"cidr_netmask", "wide"}})},
    {"NoAddress", {}},
    {"EmptyAddress", {{"ip", ""}}},
    {"BadArpCount", with({{"arp_count", "0"}})},
    {"BadArpInterval", with({{"arp_interval", "soon"}})},
    {"NegativeArpInterval", with({{"arp_interval", "-5"}})},
    {"BadArpSender", with({{"arp_sender", "pigeon"}})},
    {"OwnArpSender", with({{"arp_sender", "send_arp"}})},
    {.name = "OtherArpSender",
     .parameters = with({{"arp_sender", "iputils_arping"}}),
     .declined = true},
    {"ArpsInTheForeground", with({{"arp_bg", "false"}, {"arp_count", "2"}})},
    {"ArpsAtEveryMonitor", with({{"arp_count_refresh", "2"}})},
    {"EmptyLifetime", with({{"preferred_lft", ""}})},
    {"LifetimeOfIpv4", with({{"preferred_lft", "10"}})},
    {"Loopback", with({{"cidr_netmask", "8"}, {"nic", "lo"}}, "127.0.0.9")},
    {"LoopbackByRoute", with({{"cidr_netmask", "32"}}, "127.0.0.9")},
    {"OtherAddressOnLoopback", with({{"cidr_netmask", "32"}, {"nic", "lo"}}, "172.31.9.9")},
    {"FlushRoutes", with({{"flush_routes", "true"}})},
    {.name = "DuplicateDetection", .parameters = with({{"run_arping", "true"}}), .declined = true},
    {.name = "CloneWithAddressesOfItsOwn",
     .parameters = with({{"unique_clone_address", "true"}}),
     .meta = {{"globally-unique", "true"}, {"clone", "2"}, {"clone-max", "4"}}},
    {.name = "CloneThatIsNotUnique",
     .parameters = with({{"unique_clone_address", "true"}}),
     .meta = {{"clone", "2"}, {"clone-max", "4"}}},
    {.name = "ClusterIp",
     .parameters = with({}),
     .meta = {{"globally-unique", "true"}, {"clone", "0"}, {"clone-max", "2"}},
     .declined = true},
    {"AddressOnTheOtherNic",
     with({{"cidr_netmask", "24"}, {"nic", "eth0"}}),
     {"!ip addr add 192.168.56.10/24 dev eth1", "probe", "monitor", "stop"}},
    {"AddressWithOtherMask",
     with({{"cidr_netmask", "24"}}),
     {"!ip addr add 192.168.56.10/25 dev eth0", "probe", "monitor", "start", "monitor", "stop"}},
    {"LinkGoesDown",
     with({{"cidr_netmask", "24"}, {"nic", "eth1"}}, "10.1.0.9"),
     {"start", "!ip link set eth1 down", "stop", "monitor"}},
    {"RouteGoes",
     with({}),
     {"start", "!ip route del 192.168.56.0/24", "monitor", "stop", "monitor"}},
    {"RemovedBehindItsBack",
     with({}),
     {"start", "!ip addr del 192.168.56.10/24 dev eth0", "monitor", "start", "monitor", "stop"}},
    {"ServedByBoth",
     with({{"iflabel", "web"}}),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
    {"Ipv6", with6({{"cidr_netmask", "64"}})},
    {"Ipv6NicGiven", with6({{"nic", "eth0"}})},
    {"Ipv6ByRoute", {{"ip", "FD00:0::0010"}, {"nodad", "true"}}},
    {"Ipv6Deprecated", with6({{"preferred_lft", "0"}})},
    {"Ipv6HostMask", with6({{"cidr_netmask", "128"}, {"nic", "eth0"}})},
    {"Ipv6BadMask", with6({{"cidr_netmask", "129"}})},
    {"Ipv6NoPrefixRoute", with6({{"noprefixroute", "true"}})},
    {"Ipv6WithDetection", {{"ip", kIp6}, {"cidr_netmask", "64"}}},
    {"Ipv6WithoutRoute", {{"ip", "fd77::1"}}},
    {"Ipv6LinkLocal", {{"ip", "fe80::10"}}},
    {"Ipv6LinkLocalWithNic",
     {{"ip", "fe80::10"}, {"nic", "eth0"}, {"cidr_netmask", "64"}, {"nodad", "true"}}},
    {"Ipv6ServedByBoth",
     with6({{"cidr_netmask", "64"}}),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
};

INSTANTIATE_TEST_SUITE_P(Ipaddr2, Parity, ::testing::ValuesIn(all_of(kIpaddr2, kCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Ipaddr2, MetaData, ::testing::Values(&kIpaddr2));

/// By the native agent alone.
void start(const Parameters& parameters) {
  agent::AgentCall call;
  call.resource = "VIP";
  call.parameters = parameters;
  testing::NativeResource resource(testing::load_plugin(AGENT_PLUGIN_DIR, "ipaddr2"), call);
  EXPECT_EQ(resource.code("start"), 0);
}

TEST(Ipaddr2OnTheKernel, ShowsTheAddressAsSecondaryWithItsBroadcast) {
  const json shown = apart(kIpaddr2, [] {
    start({{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}});
    return json(output_of("ip -o addr show to 192.168.56.10"));
  });
  EXPECT_NE(shown.get<std::string>().find(
                "inet 192.168.56.10/24 brd 192.168.56.255 scope global secondary eth0"),
            std::string::npos)
      << shown;
}

TEST(Ipaddr2OnTheKernel, AnnouncesToTheNeighbour) {
  const json learnt = apart(kIpaddr2, [] {
    // A neighbour that has the address at another place in its table hears of the new one.
    shell("ip addr add 192.168.56.99/24 dev peer-eth0");
    shell("ip neigh add 192.168.56.10 lladdr 02:00:00:00:00:01 nud stale dev peer-eth0");
    shell("echo 0 > /proc/sys/net/ipv4/neigh/peer-eth0/locktime");
    start({{"ip", "192.168.56.10"}, {"nic", "eth0"}, {"arp_bg", "false"}});
    return json::array({output_of("ip neigh show 192.168.56.10 dev peer-eth0"),
                        json::parse(output_of("ip -j link show eth0"))[0]["address"]});
  });
  EXPECT_NE(learnt[0].get<std::string>().find(learnt[1].get<std::string>()), std::string::npos)
      << learnt;
}

}  // namespace
}  // namespace mainstay::parity
