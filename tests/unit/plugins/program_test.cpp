// SPDX-License-Identifier: Apache-2.0
// Programs that agents run: how they ended, what they said, and that none of them is waited for in
// vain.
#include "plugins/shared/process/program.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using mainstay::Result;
using mainstay::process::ProgramEnd;
using mainstay::process::run_program;
using std::chrono::steady_clock;

Result<ProgramEnd> run(const std::string& command,
                       std::chrono::milliseconds longest = std::chrono::minutes(1)) {
  return run_program({"sh", "-c", command}, steady_clock::now() + longest);
}

TEST(RunProgram, TellsHowItEndedAndWhatItComplainedOf) {
  const auto failed = run("echo out; echo 'access denied' >&2; echo 'by server' >&2; exit 32");
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, 32);
  EXPECT_EQ(failed->error, "access denied by server");
  const auto killed = run("kill -TERM $$");
  ASSERT_TRUE(killed);
  EXPECT_EQ(killed->code, 128 + 15);
  EXPECT_EQ(killed->error, "");
}

TEST(RunProgram, KeepsOnlyTheBeginningOfALongComplaint) {
  const auto ended = run("yes | head -c 300000 >&2");
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 0);
  EXPECT_LE(ended->error.size(), 4096U);
  EXPECT_TRUE(ended->error.starts_with("y y y"));
}

TEST(RunProgram, DoesNotWaitForWhatItLeavesInTheBackground) {
  const auto ended = run("sleep 300 & echo $! >&2");
  ASSERT_TRUE(ended) << ended.error().context;
  EXPECT_EQ(ended->code, 0);
  EXPECT_EQ(run("kill " + ended->error)->code, 0);
}

TEST(RunProgram, EndsItAtTheDeadlineWithAllThatItHasStarted) {
  const std::string folder = ::testing::TempDir();
  const std::string file = folder + "/program_test_child";
  const auto ended = run("sleep 300 & echo $! > " + file + "; wait", std::chrono::seconds(1));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, std::errc::timed_out);
  // Dead soon, or only waiting for whoever is its parent now.
  const auto gone =
      run("pid=$(cat " + file + ") && while grep -qvs ') Z ' /proc/$pid/stat; do sleep 0.01; done");
  ASSERT_TRUE(gone) << gone.error().context;
  EXPECT_EQ(gone->code, 0);
}

TEST(RunProgram, SaysThatThereIsNoSuchProgram) {
  const auto ended =
      run_program({"no-such-program"}, steady_clock::now() + std::chrono::minutes(1));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, std::errc::no_such_file_or_directory);
}

}  // namespace
