// SPDX-License-Identifier: Apache-2.0
// LSB's exit codes in OCF's words, and what an init script says of itself.
#include "ocf-compat/init_script.h"

#include <gtest/gtest.h>

namespace {

using mainstay::agent::AgentInfo;
using mainstay::agent::OcfExitCode;
using mainstay::ocf::describe_init_script;
using mainstay::ocf::ocf_code_of;

TEST(LsbCodes, OfStatusAreItsOwn) {
  EXPECT_EQ(ocf_code_of("status", 0), OcfExitCode::success);
  for (const int dead : {1, 2, 3}) {
    EXPECT_EQ(ocf_code_of("status", dead), OcfExitCode::not_running) << dead;
  }
  EXPECT_EQ(ocf_code_of("status", 4), OcfExitCode::err_generic);
  EXPECT_EQ(ocf_code_of("status", 5), OcfExitCode::err_generic);
  EXPECT_EQ(ocf_code_of("status", 150), OcfExitCode::err_installed);
  EXPECT_EQ(ocf_code_of("status", 151), OcfExitCode::err_perm);
}

TEST(LsbCodes, OfOtherActionsAreOcfsUpToSeven) {
  EXPECT_EQ(ocf_code_of("start", 0), OcfExitCode::success);
  EXPECT_EQ(ocf_code_of("start", 3), OcfExitCode::err_unimplemented);
  EXPECT_EQ(ocf_code_of("start", 5), OcfExitCode::err_installed);
  EXPECT_EQ(ocf_code_of("start", 6), OcfExitCode::err_configured);
  EXPECT_EQ(ocf_code_of("stop", 7), OcfExitCode::not_running);
  for (const int strange : {8, 9, 127, 190, 255}) {
    EXPECT_EQ(ocf_code_of("stop", strange), OcfExitCode::err_generic) << strange;
  }
}

TEST(InitScript, IsDescribedByItsComment) {
  const AgentInfo info = describe_init_script("web",
                                              "#!/bin/sh\n# Description: not this one\n"
                                              "### BEGIN INIT INFO\n# Provides: web\n"
                                              "# Short-Description: Serves pages\n"
                                              "# Description:\tServes them for long.\n"
                                              "### END INIT INFO\n# Short-Description: nor this\n");
  EXPECT_EQ(info.standard + ":" + info.provider + ":" + info.type, "lsb::web");
  EXPECT_EQ(info.shortdesc, "Serves pages");
  EXPECT_EQ(info.longdesc, "Serves them for long.");
  EXPECT_TRUE(info.parameters.empty());
  EXPECT_EQ(info.actions.back().name, "monitor");
  EXPECT_EQ(info.actions.back().interval, std::chrono::seconds(15));
}

TEST(InitScript, IsNeverLookedForElsewhere) {
  mainstay::ocf::Installation installation;
  EXPECT_EQ(mainstay::ocf::init_script_path(installation, "web"), "/etc/init.d/web");
  for (const char* bad : {"", "../passwd", ".hidden", "a/b"}) {
    EXPECT_EQ(mainstay::ocf::init_script_path(installation, bad), "") << bad;
  }
}

}  // namespace
