// SPDX-License-Identifier: Apache-2.0
// IPaddr2's actions on a kernel of values: exit codes, effects and what is announced.
#include "plugins/ipaddr2/ipaddr2_agent.h"

#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "tests/fakes/fake_netlink.h"
#include "tests/unit/plugins/action_call.h"

namespace {

using mainstay::Done;
using mainstay::Result;
using mainstay::Status;
using mainstay::agent::OcfExitCode;
using mainstay::ipaddr2::Ipaddr2Agent;
using mainstay::ipaddr2::Kernel;
using mainstay::netlink::FakeKernel;
using mainstay::netlink::FakeNetlink;
using mainstay::netlink::IpAddress;
using mainstay::netlink::Link;
using mainstay::netlink::Netlink;
using mainstay::testing::ActionCall;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

class Ipaddr2 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "start and stop refuse to work for anybody but root";
    }
    kernel_.links = {{.index = 2,
                      .name = "eth0",
                      .altnames = {"enp0s8"},
                      .operstate = IF_OPER_UP,
                      .hardware = 1,
                      .mac = {2, 0, 0, 0, 0, 9},
                      .mac_broadcast = {}},
                     {.index = 3,
                      .name = "eth1",
                      .altnames = {},
                      .operstate = IF_OPER_UP,
                      .hardware = 1,
                      .mac = {2, 0, 0, 0, 0, 8},
                      .mac_broadcast = {}}};
    add_network(ip("192.168.56.0"), 24, ip("192.168.56.11"), 2);
    add_network(ip("172.16.0.0"), 24, ip("172.16.0.1"), 3);
    add_network(ip("fd00::"), 64, ip("fd00::11"), 2);
  }

  void add_network(const IpAddress& network, unsigned prefix, const IpAddress& own, int link) {
    const bool v4 = own.family() == mainstay::netlink::Family::inet;
    kernel_.routes.push_back({.destination = network,
                              .prefix = prefix,
                              .link = link,
                              .table = RT_TABLE_MAIN,
                              .type = RTN_UNICAST,
                              .protocol = RTPROT_KERNEL,
                              .scope = static_cast<std::uint8_t>(v4 ? RT_SCOPE_LINK : 0),
                              .source = own});
    mainstay::netlink::Address address;
    address.link = link;
    address.ip = own;
    address.prefix = prefix;
    if (v4) {
      address.broadcast = mainstay::netlink::with_host_bits(own, prefix, true);
    }
    kernel_.addresses.push_back(address);
  }

  mainstay::agent::ActionResult run(const std::string& action,
                                    std::map<std::string, std::string> parameters,
                                    std::map<std::string, std::string> meta = {}) {
    parameters.try_emplace("arp_interval", "1");
    parameters.try_emplace("arp_bg", "false");
    ActionCall call{.action = action, .parameters = std::move(parameters), .meta = std::move(meta)};
    call.recurring = action == "monitor";
    if (action == "probe") {
      call.action = "monitor";
    }
    return call.run(agent_, ipaddr2_record());
  }

  const mainstay::netlink::Address* added() {
    for (const auto& address : kernel_.addresses) {
      if (address.ip == ip("192.168.56.10") || address.ip == ip("fd00::10")) {
        return &address;
      }
    }
    return nullptr;
  }

  static const mainstay::agent::abi::Plugin& ipaddr2_record() {
    return mainstay::testing::record_with_defaults({{"arp_interval", "200"},
                                                    {"arp_count", "5"},
                                                    {"arp_count_refresh", "0"},
                                                    {"preferred_lft", "forever"},
                                                    {"check_link_status", "true"}});
  }

  FakeKernel kernel_;
  std::vector<std::string> announced_;
  Ipaddr2Agent agent_{Kernel{[this]() -> Result<std::shared_ptr<Netlink>> {
                               return std::shared_ptr<Netlink>(
                                   std::make_shared<FakeNetlink>(kernel_));
                             },
                             [this](const Link& link, const IpAddress& address) -> Status {
                               announced_.push_back(link.name + " " + address.text());
                               return Done{};
                             }}};
};

#define EXPECT_CODE(result, expected)                               \
  do {                                                              \
    const auto answer = (result);                                   \
    EXPECT_EQ(answer.code, OcfExitCode::expected) << answer.reason; \
  } while (false)

TEST_F(Ipaddr2, StartAddsTheAddressAsItsNetworkWantsIt) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}}), success);
  ASSERT_NE(added(), nullptr);
  EXPECT_EQ(added()->link, 2);
  EXPECT_EQ(added()->prefix, 24U);
  EXPECT_EQ(added()->broadcast, ip("192.168.56.255"));
  EXPECT_EQ(announced_, std::vector<std::string>(5, "eth0 192.168.56.10"));
}

TEST_F(Ipaddr2, StartOfAStartedAddressAnnouncesNothing) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  announced_.clear();
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  EXPECT_TRUE(announced_.empty());
}

TEST_F(Ipaddr2, StopRemovesItAndIsRepeatable) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  EXPECT_CODE(run("stop", {{"ip", "192.168.56.10"}, {"flush_routes", "yes"}}), success);
  EXPECT_EQ(added(), nullptr);
  EXPECT_EQ(kernel_.flushes, 1);
  EXPECT_CODE(run("stop", {{"ip", "192.168.56.10"}}), success);
}

TEST_F(Ipaddr2, MonitorTellsRunningFromStopped) {
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}}), not_running);
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  announced_.clear();
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}}), success);
  EXPECT_TRUE(announced_.empty());
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"arp_count_refresh", "2"}}), success);
  EXPECT_EQ(announced_.size(), 2U);
}

TEST_F(Ipaddr2, AnAddressElsewhereOrWithAnotherPrefixIsNotServed) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"cidr_netmask", "25"}, {"nic", "eth0"}}),
              not_running);
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}, {"nic", "eth1"}}),
              not_running);
}

TEST_F(Ipaddr2, KnowsAlternativeNames) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}, {"nic", "enp0s8"}}), success);
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"nic", "eth0"}}), success);
}

TEST_F(Ipaddr2, WithoutAnInterfaceEachActionHasItsOwnAnswer) {
  const std::map<std::string, std::string> lost{{"ip", "10.9.9.9"}};
  EXPECT_CODE(run("probe", lost), not_running);
  EXPECT_CODE(run("monitor", lost), err_generic);
  EXPECT_CODE(run("stop", lost), success);
  EXPECT_CODE(run("start", lost), err_generic);
}

TEST_F(Ipaddr2, JudgesConfigurationOnlyOnStartAndValidateAll) {
  for (const auto& bad : std::vector<std::map<std::string, std::string>>{
           {{"ip", "192.168.56.10"}, {"nic", "gone0"}, {"cidr_netmask", "24"}},
           {{"ip", "192.168.56.300"}, {"nic", "eth0"}, {"cidr_netmask", "24"}},
           {{"ip", "192.168.56.10"}, {"nic", "eth0"}, {"cidr_netmask", "33"}},
           {{"ip", "fe80::1"}},
           {{"ip", "192.168.56.10"}, {"broadcast", "nonsense"}, {"nic", "eth0"}}}) {
    EXPECT_CODE(run("start", bad), err_configured);
    EXPECT_CODE(run("validate-all", bad), err_configured);
    EXPECT_CODE(run("probe", bad), not_running);
    EXPECT_CODE(run("stop", bad), success);
  }
}

TEST_F(Ipaddr2, MissingAddressIsOnlyFineForStop) {
  EXPECT_CODE(run("monitor", {}), err_configured);
  EXPECT_CODE(run("start", {}), err_configured);
  EXPECT_CODE(run("stop", {}), success);
}

TEST_F(Ipaddr2, RefusesBadNumbersInEveryAction) {
  for (const char* name : {"arp_interval", "arp_count"}) {
    EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {name, "0"}}), err_configured);
    EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {name, "x"}}), err_configured);
  }
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"preferred_lft", ""}}), err_configured);
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"arp_sender", "pigeon"}}), err_configured);
}

TEST_F(Ipaddr2, LabelsUpToFifteenCharacters) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}, {"iflabel", "webserver1"}}), success);
  EXPECT_EQ(added()->label, "eth0:webserver1");
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"nic", "eth0:other"}}), err_generic);
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}, {"iflabel", "webserver12"}}), err_configured);
}

TEST_F(Ipaddr2, TakesDottedMasksAndTheOldName) {
  EXPECT_CODE(
      run("start", {{"ip", "192.168.56.10"}, {"netmask", "255.255.255.128"}, {"nic", "eth0"}}),
      success);
  EXPECT_EQ(added()->prefix, 25U);
}

TEST_F(Ipaddr2, PassesFlagsAndLifetime) {
  EXPECT_CODE(run("start", {{"ip", "fd00::10"},
                            {"nodad", "true"},
                            {"noprefixroute", "true"},
                            {"preferred_lft", "0"}}),
              success);
  EXPECT_EQ(added()->flags, static_cast<std::uint32_t>(IFA_F_NODAD | IFA_F_NOPREFIXROUTE));
  EXPECT_EQ(added()->preferred_lft, 0U);
}

TEST_F(Ipaddr2, WaitsForDuplicateAddressDetection) {
  kernel_.flags_of_new = IFA_F_TENTATIVE;
  kernel_.later_flags = {IFA_F_TENTATIVE, 0};
  EXPECT_CODE(run("start", {{"ip", "fd00::10"}}), success);
  EXPECT_EQ(announced_.size(), 5U);
}

TEST_F(Ipaddr2, RemovesADuplicateIpv6Address) {
  kernel_.flags_of_new = IFA_F_TENTATIVE;
  kernel_.later_flags = {IFA_F_TENTATIVE | IFA_F_DADFAILED};
  EXPECT_CODE(run("start", {{"ip", "fd00::10"}}), err_generic);
  EXPECT_EQ(added(), nullptr);
  EXPECT_TRUE(announced_.empty());
}

TEST_F(Ipaddr2, ALinkThatIsDownDoesNotServe) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  kernel_.links[0].operstate = IF_OPER_LOWERLAYERDOWN;
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}}), not_running);
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), err_installed);
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}, {"check_link_status", "false"}}), success);
}

TEST_F(Ipaddr2, AKernelThatRefusesIsAnError) {
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}}), success);
  kernel_.error_of_changes = EBUSY;
  const auto stopped = run("stop", {{"ip", "192.168.56.10"}});
  EXPECT_EQ(stopped.code, OcfExitCode::err_generic);
  EXPECT_NE(stopped.reason.find("Unable to remove IP [192.168.56.10] from interface [eth0]"),
            std::string::npos);
}

TEST_F(Ipaddr2, CountsCloneAddresses) {
  const std::map<std::string, std::string> meta{
      {"clone", "1"}, {"clone-max", "2"}, {"globally-unique", "true"}};
  EXPECT_CODE(run("start", {{"ip", "192.168.56.9"}, {"unique_clone_address", "true"}}, meta),
              success);
  EXPECT_NE(added(), nullptr);
  EXPECT_CODE(run("start", {{"ip", "192.168.56.9"}, {"unique_clone_address", "true"}},
                  {{"clone", "1"}, {"clone-max", "2"}}),
              err_configured);
}

TEST_F(Ipaddr2, LeavesToTheScriptWhatOnlyTheScriptCan) {
  EXPECT_CODE(run("monitor", {{"ip", "192.168.56.10"}}, {{"clone-max", "2"}}), declined);
  EXPECT_CODE(run("start", {{"ip", "192.168.56.10"}, {"run_arping", "1"}}), declined);
  EXPECT_CODE(run("stop", {{"ip", "192.168.56.10"}, {"arp_sender", "iputils_arping"}}), declined);
}

}  // namespace
