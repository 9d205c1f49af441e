// SPDX-License-Identifier: Apache-2.0
// Both Dummies and Delay, as plugins, in a directory of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/plugins/plugin_file.h"

namespace {

using mainstay::agent::AgentCall;
using mainstay::testing::load_plugin;
using mainstay::testing::NativeResource;
using testing::HasSubstr;

class PseudoAgents : public ::testing::Test {
 public:
  PseudoAgents() {
    std::string pattern = ::testing::TempDir() + "/mainstay-pseudo-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~PseudoAgents() override { std::filesystem::remove_all(directory_); }
  PseudoAgents(const PseudoAgents&) = delete;
  PseudoAgents& operator=(const PseudoAgents&) = delete;

 protected:
  NativeResource make(const char* plugin, std::map<std::string, std::string> parameters) {
    AgentCall call;
    call.resource = "r";
    call.state_directory = directory_;
    call.parameters = std::move(parameters);
    return {load_plugin(AGENT_PLUGIN_DIR, plugin), call};
  }
  NativeResource dummy(std::map<std::string, std::string> parameters = {}) {
    parameters["state"] = directory_ + "/state";
    return make("pacemaker-dummy", std::move(parameters));
  }
  void write_state(const std::string& text) const { std::ofstream(directory_ + "/state") << text; }
  bool exists(const std::string& name) const {
    return std::filesystem::exists(directory_ + "/" + name);
  }

  std::string directory_;
};

TEST_F(PseudoAgents, KeepsAStateFileWhileItRuns) {
  NativeResource resource = dummy();
  EXPECT_EQ(resource.code("probe"), 7);
  EXPECT_EQ(resource.code("start"), 0);
  EXPECT_TRUE(exists("state"));
  EXPECT_EQ(resource.code("monitor"), 0);
  EXPECT_EQ(resource.code("reload"), 0);
  EXPECT_EQ(resource.code("reload-agent"), 0);
  EXPECT_EQ(resource.code("migrate_to"), 0);
  EXPECT_FALSE(exists("state"));
  EXPECT_EQ(resource.code("migrate_from"), 0);
  EXPECT_EQ(resource.code("stop"), 0);
  EXPECT_EQ(resource.code("stop"), 0);
  EXPECT_EQ(resource.code("monitor"), 7);
}

TEST_F(PseudoAgents, AnswersWhatTheMonitorsDepthOrders) {
  NativeResource resource = dummy();
  resource.run("start");
  EXPECT_EQ(resource.code("monitor", 30), 1);
  EXPECT_EQ(resource.code("monitor", 40), 0);
  write_state("8\n");
  EXPECT_EQ(resource.code("monitor", 40), 8);
  EXPECT_EQ(resource.code("monitor", 7), 0);
  EXPECT_EQ(resource.code("stop"), 0);
}

TEST_F(PseudoAgents, ReportsAStartAsFailedOnTheNamedNodeThoughItIsNot) {
  utsname host{};
  ASSERT_EQ(::uname(&host), 0);
  NativeResource resource = dummy({{"fail_start_on", host.nodename}});
  EXPECT_EQ(resource.code("start"), 1);
  EXPECT_EQ(resource.code("reload-agent"), 1);
  EXPECT_EQ(resource.code("monitor"), 0);
}

TEST_F(PseudoAgents, JudgesItsParameters) {
  EXPECT_EQ(dummy({{"op_sleep", "long"}}).code("validate-all"), 6);
  EXPECT_EQ(dummy({{"op_sleep", ""}}).code("validate-all"), 0);
  NativeResource nowhere = make("pacemaker-dummy", {{"state", directory_ + "/none/state"}});
  EXPECT_EQ(nowhere.code("validate-all"), 0);
  EXPECT_EQ(nowhere.code("validate-all", 10), 2);
  EXPECT_EQ(nowhere.code("start"), 1);
}

TEST_F(PseudoAgents, LeavesTheScriptItsEnvironmentFile) {
  EXPECT_EQ(dummy({{"envfile", "/x"}}).code("start"), -1);
}

TEST_F(PseudoAgents, NoticesAnActionInTheMiddleOfItsSleep) {
  NativeResource resource = dummy({{"op_sleep", "1"}});
  std::ofstream(directory_ + "/state.serialized") << "";
  EXPECT_THAT(resource.run("monitor").reason, HasSubstr("collision"));
  EXPECT_EQ(resource.code("stop"), 0);
  EXPECT_FALSE(exists("state.serialized"));
}

TEST_F(PseudoAgents, EndsASleepBeforeTheDeadline) {
  NativeResource resource = dummy({{"op_sleep", "3600"}});
  resource.call().timeout = std::chrono::milliseconds(510);
  EXPECT_THAT(resource.run("monitor").reason, HasSubstr("before the timeout"));
  EXPECT_FALSE(exists("state.serialized"));
}

TEST_F(PseudoAgents, DelaysWhatItDoesButStatus) {
  NativeResource resource =
      make("delay", {{"startdelay", "0.01"}, {"stopdelay", "0"}, {"mondelay", "0.01"}});
  EXPECT_EQ(resource.code("stop"), 0);
  EXPECT_EQ(resource.code("start"), 0);
  EXPECT_TRUE(exists("Delay_r"));
  EXPECT_EQ(resource.code("start"), 0);
  EXPECT_EQ(resource.code("monitor"), 0);
  resource.call().parameters["mondelay"] = "3600";
  EXPECT_EQ(resource.code("status"), 0);
  resource.call().timeout = std::chrono::milliseconds(510);
  EXPECT_THAT(resource.run("monitor").reason, HasSubstr("mondelay of 3600000 ms"));
  EXPECT_EQ(resource.code("stop"), 0);
  EXPECT_EQ(resource.code("status"), 7);
}

TEST_F(PseudoAgents, DelaysOnlyByNumbers) {
  for (const char* bad : {"soon", "1s", "1.2.3", "-1"}) {
    NativeResource resource = make("delay", {{"stopdelay", bad}});
    EXPECT_EQ(resource.code("validate-all"), 2) << bad;
    EXPECT_EQ(resource.code("start"), 2) << bad;
    EXPECT_EQ(resource.code("stop"), 0) << bad;
  }
  NativeResource empty = make("delay", {{"startdelay", ""}, {"mondelay", "."}});
  EXPECT_EQ(empty.code("validate-all"), 0);
  EXPECT_EQ(empty.code("start"), 0);
}

}  // namespace
