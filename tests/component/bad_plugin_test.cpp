// SPDX-License-Identifier: Apache-2.0
// The zoo of bad plugins: whatever one does, the daemon's side lives, the guilty action fails with
// a reason that names plugin and fault, and everybody else goes on.
#include <thread>

#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

using model::OperationStatus;
using testing::HasSubstr;

class BadPlugin : public ExecutorTest {
 protected:
  BadPlugin() { start(BAD_PLUGIN_DIR, TEST_OCF_ROOT); }

  model::ActionRequest misbehaving(const std::string& resource, const std::string& mode) {
    model::ActionRequest out = request("ocf:test:Misbehave", resource, "monitor");
    out.parameters["mode"] = mode;
    return out;
  }
  int host(const std::string& of = "") const {
    return executor_->host_pid(BAD_PLUGIN_DIR "/misbehave.so" + (of.empty() ? "" : "|" + of));
  }
  /// Dead, or only waiting for whoever is its parent now.
  static bool is_gone(int pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(in, line);
    return line.empty() || line.find(") Z ") != std::string::npos;
  }
};

class Crashes : public BadPlugin, public testing::WithParamInterface<const char*> {};

TEST_P(Crashes, FailTheGuiltyActionAloneAndNameThePlugin) {
  ASSERT_EQ(perform(misbehaving("warm", "ok")).exit_code, 0);
  const std::uint64_t guilty = submit(misbehaving("guilty", GetParam()));
  std::vector<std::uint64_t> innocent;
  for (int i = 0; i < 4; ++i) {
    innocent.push_back(submit(misbehaving("innocent" + std::to_string(i), "ok")));
  }
  const model::ActionOutcome outcome = outcome_of(guilty);
  EXPECT_EQ(outcome.status, OperationStatus::error);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("plugin misbehave.so: its agent host ended ("));
  for (const std::uint64_t id : innocent) {
    EXPECT_EQ(outcome_of(id).exit_code, 0) << outcome_of(id).exit_reason;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, Crashes,
                         testing::Values("segv", "exit", "exit_handlers", "heap", "garbage"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(BadPlugin, ThatSendsGarbageIsToldWhatItSent) {
  EXPECT_THAT(perform(misbehaving("guilty", "garbage")).exit_reason,
              HasSubstr("it sent a malformed frame"));
}

TEST_F(BadPlugin, ThatSpinsIsEndedAtItsTimeout) {
  model::ActionRequest spinning = misbehaving("guilty", "spin");
  spinning.timeout = Duration(300);
  EXPECT_EQ(perform(spinning).status, OperationStatus::timed_out);
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
}

TEST_F(BadPlugin, ThatBlocksEveryThreadHindersTheOthersUntilTheTimeout) {
  std::vector<std::uint64_t> blocking;
  for (int i = 0; i < 64; ++i) {
    model::ActionRequest hanging = misbehaving("b" + std::to_string(i), "hang");
    hanging.timeout = Duration(500);
    blocking.push_back(submit(hanging));
  }
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
  for (const std::uint64_t id : blocking) {
    EXPECT_EQ(outcome_of(id).status, OperationStatus::timed_out);
  }
}

TEST_F(BadPlugin, ThatLeaksDescriptorsGetsANewHost) {
  EXPECT_EQ(perform(misbehaving("guilty", "descriptors")).exit_code, 0);
  const int exhausted = host();
  run_until([&] { return host() != exhausted; });
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
}

TEST_F(BadPlugin, ThatTakesAllMemoryIsRefusedSome) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer needs more address space than a host may have";
#endif
  const auto outcome = perform(misbehaving("guilty", "memory"));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("bad_alloc"));
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
}

TEST_F(BadPlugin, LeavesNoChildrenBehind) {
  ASSERT_EQ(perform(misbehaving("parent", "child")).exit_code, 0);
  const int child = std::stoi(read_file("child"));
  EXPECT_FALSE(is_gone(child));
  executor_.reset();
  while (!is_gone(child)) {
    std::this_thread::yield();
  }
}

TEST_F(BadPlugin, GainsNoPrivileges) {
  EXPECT_EQ(perform(misbehaving("r", "privileges")).exit_code, 0);
}

TEST_F(BadPlugin, ThatCrashesAgainAndAgainIsSetApartAndThenGivenUpOn) {
  ASSERT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
  for (std::size_t i = 0; i < executor::Offenders::kOwnHost; ++i) {
    EXPECT_EQ(perform(misbehaving("bad", "exit")).status, OperationStatus::error);
  }
  ASSERT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
  const int shared = host();
  for (std::size_t i = executor::Offenders::kOwnHost; i < executor::Offenders::kGivenUp; ++i) {
    EXPECT_THAT(perform(misbehaving("bad", "exit")).exit_reason,
                HasSubstr("in a host of its own for bad"));
  }
  EXPECT_EQ(host(), shared);
  const auto refused = perform(misbehaving("bad", "ok"));
  EXPECT_EQ(refused.status, OperationStatus::error);
  EXPECT_THAT(refused.exit_reason, HasSubstr("is given up on for bad"));
  model::ActionRequest stop = misbehaving("bad", "ok");
  stop.action = "stop";
  EXPECT_EQ(perform(stop).exit_code, 0);
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
  EXPECT_EQ(host(), shared);
}

}  // namespace
}  // namespace mainstay
