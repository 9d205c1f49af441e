// SPDX-License-Identifier: Apache-2.0
// One child process: its output, its end, its limits.
#include "ocf-compat/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace {

using mainstay::ocf::ProcessRequest;
using mainstay::ocf::run_process;

ProcessRequest shell(const std::string& script) {
  ProcessRequest request;
  request.arguments = {"/bin/sh", "-c", script};
  request.environment = {"PATH=/usr/bin:/bin"};
  return request;
}

TEST(RunProcess, TellsOutputAndExitCode) {
  ProcessRequest request = shell("echo out; echo one >&2; printf two >&2; exit 7");
  std::vector<std::string> lines;
  request.on_error_line = [&](std::string_view line) { lines.emplace_back(line); };
  const auto end = run_process(request);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 7);
  EXPECT_EQ(end->output, "out\n");
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
}

TEST(RunProcess, TellsTheSignal) {
  const auto end = run_process(shell("kill -11 $$"));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, 11);
}

TEST(RunProcess, DoesNotWaitForWhatTheChildLeavesRunning) {
  const auto end = run_process(shell("sleep 1000 & echo $!"));
  ASSERT_TRUE(end);
  const int background = std::stoi(end->output);
  EXPECT_EQ(::kill(background, 0), 0);
  ::kill(background, SIGKILL);
}

TEST(RunProcess, EndsWhatIgnoresTheFirstSignal) {
  ProcessRequest request = shell("trap '' TERM; while :; do sleep 1000; done");
  request.timeout = std::chrono::milliseconds(50);
  request.grace = std::chrono::milliseconds(50);
  const auto end = run_process(request);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->timed_out);
  EXPECT_EQ(end->signal, SIGKILL);
}

TEST(RunProcess, BoundsOutput) {
  ProcessRequest request = shell("head -c 1000000 /dev/zero");
  request.max_output = 1000;
  const auto end = run_process(request);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 0);
  EXPECT_EQ(end->output.size(), 1000U);
}

TEST(RunProcess, FailsForAProgramThatIsNotThere) {
  ProcessRequest request = shell("");
  request.arguments[0] = "/nonexistent";
  const auto end = run_process(request);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().context, testing::HasSubstr("/nonexistent"));
}

}  // namespace
