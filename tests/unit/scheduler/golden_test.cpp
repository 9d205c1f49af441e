// SPDX-License-Identifier: Apache-2.0
// Every tests/scheduler/NAME.xml must print NAME.expected when simulated: small stories of our own,
// one rule each. After a wanted change: MAINSTAY_UPDATE_GOLDEN=1, then review the difference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <pugixml.hpp>

#include "core/ctl/simulate.h"

namespace mainstay {
namespace {

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(MAINSTAY_GOLDEN_DIR)) {
    if (entry.path().extension() == ".xml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, PrintsWhatWasExpected) {
  const std::string base = std::string(MAINSTAY_GOLDEN_DIR) + "/" + GetParam();
  std::ostringstream out;
  std::ostringstream err;
  ctl::SimulateOptions options;
  options.file = base + ".xml";
  options.execute = true;
  const int code = ctl::run_simulate(options, out, err);
  const bool ends = out.str().find("Transition failed: terminated") == std::string::npos;
  EXPECT_EQ(code, ends ? 0 : 1) << err.str();
  if (std::getenv("MAINSTAY_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(base + ".expected") << out.str();
  }
  std::ifstream file(base + ".expected");
  ASSERT_TRUE(file) << base << ".expected is missing";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(out.str(), expected.str());
}

INSTANTIATE_TEST_SUITE_P(Stories, Golden, testing::ValuesIn(cases()), [](const auto& chosen) {
  std::string name = chosen.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Simulate, PlansNothingOnceItsPlanIsCarriedOut) {
  std::ostringstream first;
  std::ostringstream second;
  std::ostringstream err;
  ctl::SimulateOptions options;
  options.file = std::string(MAINSTAY_GOLDEN_DIR) + "/standby-moves-and-keeps-order.xml";
  options.output_file = testing::TempDir() + "/carried-out.xml";
  options.execute = true;
  ASSERT_EQ(ctl::run_simulate(options, first, err), 0) << err.str();
  EXPECT_NE(first.str().find("start on"), std::string::npos);
  options.file = options.output_file;
  options.output_file.clear();
  ASSERT_EQ(ctl::run_simulate(options, second, err), 0) << err.str();
  EXPECT_NE(second.str().find("Transition Summary:\n\nExecuting"), std::string::npos);
  EXPECT_EQ(second.str().find(" action: "), std::string::npos) << second.str();
}

TEST(Simulate, NamesTheStateOfANewGuestByItsId) {
  std::ostringstream out;
  std::ostringstream err;
  std::ostringstream after;
  ctl::SimulateOptions options;
  options.file = std::string(MAINSTAY_GOLDEN_DIR) + "/guest-node-starts-after-its-container.xml";
  options.output_file = testing::TempDir() + "/guest-started.xml";
  options.execute = true;
  ASSERT_EQ(ctl::run_simulate(options, out, err), 0) << err.str();
  after << std::ifstream(options.output_file).rdbuf();
  EXPECT_NE(after.str().find("<node_state uname=\"guest\" id=\"guest\">"), std::string::npos)
      << after.str();
}

/// What an action waits for in a story; both as operation keys.
std::vector<std::string> before(const std::string& story, const std::string& action) {
  std::ostringstream out;
  std::ostringstream err;
  ctl::SimulateOptions options;
  options.file = std::string(MAINSTAY_GOLDEN_DIR) + "/" + story + ".xml";
  options.graph_file = testing::TempDir() + "/" + story + "-graph.xml";
  EXPECT_EQ(ctl::run_simulate(options, out, err), 0) << err.str();
  pugi::xml_document graph;
  EXPECT_TRUE(graph.load_file(options.graph_file.c_str()));
  std::vector<std::string> names;
  const std::string synapse = "//synapse[action_set/rsc_op[@operation_key='" + action + "']]";
  for (const pugi::xpath_node& found :
       graph.select_nodes((synapse + "/inputs/trigger/*").c_str())) {
    names.emplace_back(found.node().attribute("operation_key").value());
  }
  return names;
}

TEST(Simulate, StopsASurplusInstanceWithoutWaitingForWhatItForgets) {
  EXPECT_THAT(before("surplus-instance-stops-and-forgets-at-once", "A_stop_0"),
              testing::ElementsAre("Clone_stop_0"));
}

TEST(Simulate, StopsWhatFollowsWhenTheProbeIsDone) {
  EXPECT_THAT(before("probe-holds-the-stop-of-what-follows", "A_stop_0"),
              testing::UnorderedElementsAre("Group_stop_0", "C:0_monitor_0"));
}

TEST(Simulate, StopsAConnectionWhenTheProbesOfWhatLeavesItsGuestAreDone) {
  EXPECT_THAT(before("connection-stops-after-the-probes-of-what-leaves-its-guest", "guest_stop_0"),
              testing::UnorderedElementsAre("domain_monitor_0", "web_stop_0", "web_monitor_0",
                                            "web_monitor_0", "web_monitor_0"));
}

TEST(Simulate, ConnectsToABundleAnewAfterItsFencing) {
  EXPECT_THAT(before("bundle-connects-anew-after-its-fencing-in-an-opt-in-cluster", "db-0_start_0"),
              testing::UnorderedElementsAre("db-0_monitor_0", "db-0_monitor_0",
                                            "db-podman-0_start_0", "stonith-db-0-reboot"));
}

TEST(Simulate, RefusesWhatIsNoCib) {
  std::ostringstream out;
  std::ostringstream err;
  ctl::SimulateOptions options;
  options.file = "/nonexistent/cib.xml";
  EXPECT_EQ(ctl::run_simulate(options, out, err), 66);
  EXPECT_NE(err.str().find("/nonexistent/cib.xml"), std::string::npos);
}

}  // namespace
}  // namespace mainstay
