// SPDX-License-Identifier: Apache-2.0
// Scripts see what OCF 1.1 and Pacemaker promise them.
#include "ocf-compat/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using mainstay::agent::AgentCall;
using mainstay::ocf::environment;
using testing::Contains;
using testing::Each;
using testing::Not;
using testing::StartsWith;

AgentCall sample() {
  AgentCall call;
  call.action = "monitor";
  call.resource = "VIP:0";
  call.provider = "heartbeat";
  call.type = "IPaddr2";
  call.parameters = {{"ip", "10.0.0.1"}, {"odd-name", "x y"}, {"OCF_CHECK_LEVEL", "10"}};
  call.meta = {{"clone-node-max", "1"}, {"timeout", "9"}, {"interval", "9"}};
  call.timeout = std::chrono::milliseconds(20'000);
  return call;
}

TEST(Environment, SaysEverythingThatOcfPromises) {
  const std::vector<std::string> list = environment(sample(), {}, {});
  for (const char* item :
       {"OCF_ROOT=/usr/lib/ocf", "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1",
        "OCF_EXIT_REASON_PREFIX=ocf-exit-reason:", "OCF_RESOURCE_INSTANCE=VIP:0",
        "OCF_RESOURCE_TYPE=IPaddr2", "OCF_RESOURCE_PROVIDER=heartbeat", "OCF_RESKEY_ip=10.0.0.1",
        "OCF_RESKEY_odd_name=x y", "OCF_RESKEY_CRM_meta_clone_node_max=1",
        "OCF_RESKEY_CRM_meta_timeout=20000", "OCF_CHECK_LEVEL=10", "HA_RSCTMP=/run/resource-agents",
        "LC_ALL=C"}) {
    EXPECT_THAT(list, Contains(item));
  }
}

TEST(Environment, LeadsToTheToolsFirst) {
  mainstay::ocf::Installation installation;
  installation.tools = "/usr/libexec/mainstay/crm";
  const std::vector<std::string> list = environment(sample(), installation, {"PATH=/bin"});
  EXPECT_THAT(list, Contains("PATH=/usr/libexec/mainstay/crm:/bin"));
  EXPECT_THAT(list, Contains("HA_SBIN_DIR=/usr/libexec/mainstay/crm"));
}

TEST(Environment, LeadsBackToTheAction) {
  AgentCall call = sample();
  call.interval = std::chrono::milliseconds(10'000);
  call.meta["notify_type"] = "pre";
  call.state_directory = "/run/elsewhere";
  mainstay::agent::AgentInfo info;
  info.provider = "heartbeat";
  info.type = "IPaddr2";
  info.parameters = {{.name = "ip"}, {.name = "odd-name"}};
  const AgentCall back = mainstay::ocf::call_of("monitor", info, environment(call, {}, {}));
  EXPECT_EQ(back.resource, "VIP:0");
  EXPECT_EQ(back.timeout, call.timeout);
  EXPECT_EQ(back.interval, call.interval);
  EXPECT_EQ(back.check_level(), 10);
  EXPECT_EQ(back.state_directory, "/run/elsewhere");
  EXPECT_EQ(back.parameters.at("ip"), "10.0.0.1");
  EXPECT_EQ(back.parameters.at("odd-name"), "x y");
  EXPECT_EQ(back.meta.at("clone-node-max"), "1");
  EXPECT_EQ(back.meta.at("notify_type"), "pre");
  call.interval = std::chrono::milliseconds(0);
  EXPECT_TRUE(mainstay::ocf::call_of("monitor", info, environment(call, {}, {})).is_probe());
}

TEST(Environment, GivesAProbeNoInterval) {
  AgentCall call = sample();
  EXPECT_THAT(environment(call, {}, {}), Each(Not(StartsWith("OCF_RESKEY_CRM_meta_interval="))));
  call.interval = std::chrono::milliseconds(10'000);
  EXPECT_THAT(environment(call, {}, {}), Contains("OCF_RESKEY_CRM_meta_interval=10000"));
}

TEST(Environment, LetsItsOwnVariablesWinOverInheritedOnes) {
  const std::vector<std::string> list =
      environment(sample(), {}, {"PATH=/opt", "LC_ALL=ja_JP", "HOME=/root"});
  EXPECT_THAT(list, Contains("PATH=/opt"));
  EXPECT_THAT(list, Contains("HOME=/root"));
  EXPECT_THAT(list, Contains("LC_ALL=C"));
}

}  // namespace
