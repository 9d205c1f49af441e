// SPDX-License-Identifier: Apache-2.0
// Native agents in real hosts: what works, and who pays for what does not.
#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

using model::OperationStatus;
using testing::HasSubstr;

constexpr const char* kDummy = "ocf:heartbeat:Dummy";
constexpr const char* kMisbehave = "ocf:test:Misbehave";

class NativeAgent : public ExecutorTest {
 protected:
  void use_bad_plugins() { start(BAD_PLUGIN_DIR, TEST_OCF_ROOT); }
  std::string misbehave_file() const { return std::string(BAD_PLUGIN_DIR) + "/misbehave.so"; }
  std::string dummy_file() const { return std::string(AGENT_PLUGIN_DIR) + "/dummy.so"; }

  model::ActionRequest misbehaving(const std::string& resource, const std::string& mode) {
    model::ActionRequest wanted = request(kMisbehave, resource, "monitor");
    wanted.parameters["mode"] = mode;
    wanted.timeout = Duration(60'000);
    return wanted;
  }
};

TEST_F(NativeAgent, StartsMonitorsAndStops) {
  EXPECT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 7);
  EXPECT_EQ(perform(request(kDummy, "d", "start")).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/Dummy-d.state"));
  EXPECT_EQ(perform(request(kDummy, "d", "start")).exit_code, 0);
  EXPECT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 0);
  EXPECT_EQ(perform(request(kDummy, "d", "stop")).exit_code, 0);
  EXPECT_EQ(perform(request(kDummy, "d", "stop")).exit_code, 0);
  const model::ActionOutcome outcome = perform(request(kDummy, "d", "monitor"));
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_EQ(outcome.status, OperationStatus::done);
  EXPECT_EQ(outcome.note, "");
}

TEST_F(NativeAgent, HandsOnWhatAgentsSetOfTheNodesAttributes) {
  std::vector<std::string> told;
  executor_->on_attribute([&](const model::AttributeUpdate& update) {
    told.push_back(update.name + "=" + update.value.value_or("(deleted)"));
  });
  for (const char* action : {"start", "promote", "demote", "stop"}) {
    model::ActionRequest wanted = request("ocf:pacemaker:Stateful", "S", action);
    wanted.parameters["state"] = directory_ + "/role";
    EXPECT_EQ(perform(wanted).exit_code, 0);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"master-S=5", "master-S=10", "master-S=5",
                                            "master-S=(deleted)"}));
}

TEST_F(NativeAgent, KeepsTheOrderOfOneResourceAndRunsManyAtOnce) {
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 300; ++i) {
    ids.push_back(submit(request(kDummy, "d" + std::to_string(i), "start")));
    ids.push_back(submit(request(kDummy, "d" + std::to_string(i), "monitor")));
    ids.push_back(submit(request(kDummy, "d" + std::to_string(i), "stop")));
  }
  for (const std::uint64_t id : ids) {
    EXPECT_EQ(outcome_of(id).exit_code, 0);
  }
}

TEST_F(NativeAgent, FallsBackToTheScriptForAParameterThatItDoesNotKnow) {
  if (!std::filesystem::exists("/usr/lib/ocf/resource.d/heartbeat/Dummy")) {
    GTEST_SKIP() << "resource-agents is not installed";
  }
  start(AGENT_PLUGIN_DIR, "/usr/lib/ocf");
  model::ActionRequest wanted = request(kDummy, "d", "monitor");
  wanted.parameters["trace_file"] = "/nowhere";
  const model::ActionOutcome outcome = perform(wanted);
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_THAT(outcome.note, HasSubstr("does not know parameter 'trace_file'"));
}

TEST_F(NativeAgent, SaysWhichAgentIsNotInstalled) {
  for (const char* name : {"ocf:heartbeat:Nonesuch", "ocf:..:passwd", "lsb:thing"}) {
    const model::ActionOutcome outcome = perform(request(name, "r", "start"));
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_EQ(outcome.status, OperationStatus::not_installed);
    EXPECT_THAT(outcome.exit_reason, HasSubstr(name));
  }
}

TEST_F(NativeAgent, ReportsEveryBadPluginAndServesTheGoodOnes) {
  use_bad_plugins();
  EXPECT_EQ(perform(misbehaving("r", "ok")).exit_code, 0);
  std::map<std::string, std::string> bad;
  for (const executor::BadPlugin& item : executor_->catalog().bad) {
    bad[std::filesystem::path(item.file).filename()] = item.reason;
  }
  EXPECT_EQ(bad.size(), 3U);
  EXPECT_THAT(bad["no_symbol.so"], HasSubstr("does not export mainstay_agent_plugin"));
  EXPECT_THAT(bad["wrong_abi.so"], HasSubstr("version 99"));
  EXPECT_THAT(bad["crash_on_load.so"], HasSubstr("signal 6"));
}

TEST_F(NativeAgent, TurnsExceptionsIntoFailedActions) {
  use_bad_plugins();
  EXPECT_EQ(perform(misbehaving("r", "throw")).exit_reason, "thrown in an action");
  const auto created = perform(request("ocf:test:ThrowsInCreate", "c", "start"));
  EXPECT_EQ(created.exit_code, 1);
  EXPECT_EQ(created.exit_reason, "no agent today");
  const auto foreign = perform(request("ocf:test:ForeignThrow", "f", "start"));
  EXPECT_EQ(foreign.exit_code, 1);
  EXPECT_THAT(foreign.exit_reason, HasSubstr("threw"));
}

TEST_F(NativeAgent, BoundsWhatAnAgentAnswers) {
  use_bad_plugins();
  const auto rubbish = perform(misbehaving("r", "rubbish"));
  EXPECT_EQ(rubbish.exit_code, 1);
  EXPECT_THAT(rubbish.exit_reason, HasSubstr("4711"));
  const auto flood = perform(misbehaving("r", "flood"));
  EXPECT_EQ(flood.exit_code, 1);
  EXPECT_LE(flood.exit_reason.size(), 1024U);
}

TEST_F(NativeAgent, HandsADeclinedActionToTheScriptOrSaysWhyNot) {
  use_bad_plugins();
  const auto declined = perform(misbehaving("r", "decline"));
  EXPECT_EQ(declined.exit_code, 6);
  EXPECT_EQ(declined.exit_reason, "mode=decline is for the script");
}

TEST_F(NativeAgent, FailsOnlyTheActionThatKillsItsHost) {
  use_bad_plugins();
  ASSERT_EQ(perform(misbehaving("warm", "ok")).exit_code, 0);
  std::vector<std::uint64_t> good;
  for (int i = 0; i < 8; ++i) {
    good.push_back(submit(misbehaving("g" + std::to_string(i), "ok")));
  }
  const std::uint64_t segv = submit(misbehaving("bad", "segv"));
  const std::uint64_t exits = submit(misbehaving("bad2", "exit"));
  for (int i = 8; i < 16; ++i) {
    good.push_back(submit(misbehaving("g" + std::to_string(i), "ok")));
  }
  const model::ActionOutcome crashed = outcome_of(segv);
  EXPECT_EQ(crashed.status, OperationStatus::error);
  EXPECT_THAT(crashed.exit_reason, HasSubstr("misbehave.so"));
  EXPECT_THAT(crashed.exit_reason, HasSubstr("signal 11"));
  EXPECT_THAT(outcome_of(exits).exit_reason, HasSubstr("exit code 3"));
  for (const std::uint64_t id : good) {
    EXPECT_EQ(outcome_of(id).exit_code, 0) << outcome_of(id).exit_reason;
  }
}

TEST_F(NativeAgent, EndsAHostAtATimeoutAndRetriesTheOthers) {
  use_bad_plugins();
  model::ActionRequest late = misbehaving("late", "hang");
  late.timeout = Duration(300);
  model::ActionRequest later = misbehaving("later", "hang");
  later.timeout = Duration(700);
  const std::uint64_t first = submit(late);
  const std::uint64_t second = submit(later);
  const std::uint64_t good = submit(misbehaving("good", "ok"));
  EXPECT_EQ(outcome_of(good).exit_code, 0);
  EXPECT_EQ(outcome_of(first).status, OperationStatus::timed_out);
  EXPECT_EQ(outcomes_.at(first).exit_code, 1);
  EXPECT_EQ(outcomes_.at(first).exit_reason, "timed out after 0.300s");
  EXPECT_FALSE(outcomes_.contains(second));
  EXPECT_EQ(outcome_of(second).status, OperationStatus::timed_out);
  EXPECT_EQ(perform(misbehaving("good", "ok")).exit_code, 0);
}

TEST_F(NativeAgent, SurvivesTheSuddenDeathOfAHost) {
  use_bad_plugins();
  ASSERT_EQ(perform(misbehaving("warm", "ok")).exit_code, 0);
  const int host = executor_->host_pid(misbehave_file());
  ASSERT_GT(host, 0);
  const std::uint64_t victim = submit(misbehaving("victim", "hang"));
  ::kill(host, SIGKILL);
  EXPECT_THAT(outcome_of(victim).exit_reason, HasSubstr("signal 9"));
  EXPECT_EQ(perform(misbehaving("after", "ok")).exit_code, 0);
  EXPECT_NE(executor_->host_pid(misbehave_file()), host);
}

TEST_F(NativeAgent, RestartsAHostThatDiedIdle) {
  ASSERT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 7);
  const int host = executor_->host_pid(dummy_file());
  ::kill(host, SIGKILL);
  run_until([&] { return executor_->host_pid(dummy_file()) != host; });
  EXPECT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 7);
}

TEST_F(NativeAgent, CancelsWhatHasNotBegun) {
  use_bad_plugins();
  model::ActionRequest running = misbehaving("r", "hang");
  running.timeout = Duration(200);
  const std::uint64_t first = submit(running);
  const std::uint64_t queued = submit(misbehaving("r", "ok"));
  EXPECT_TRUE(executor_->cancel(queued));
  EXPECT_FALSE(executor_->cancel(queued));
  EXPECT_EQ(outcome_of(queued).status, OperationStatus::cancelled);
  EXPECT_EQ(outcome_of(first).status, OperationStatus::timed_out);
  EXPECT_FALSE(executor_->cancel(first));
}

TEST_F(NativeAgent, RefusesAFrameThatFitsIntoNoPacket) {
  model::ActionRequest wanted = request(kDummy, "d", "start");
  wanted.parameters["fake"] = std::string(500'000, 'x');
  const model::ActionOutcome outcome = perform(wanted);
  EXPECT_EQ(outcome.status, OperationStatus::error_hard);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("packet"));
  EXPECT_EQ(perform(request(kDummy, "d", "start")).exit_code, 0);
}

TEST_F(NativeAgent, LeavesNoHostBehind) {
  ASSERT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 7);
  const int host = executor_->host_pid(dummy_file());
  executor_.reset();
  EXPECT_EQ(::kill(host, 0), -1);
}

TEST_F(NativeAgent, GoesOnWithScriptsWithoutAPluginDirectory) {
  start("/nonexistent", TEST_OCF_ROOT);
  EXPECT_EQ(perform(request("ocf:test:Scripted", "s", "monitor")).exit_code, 0);
  EXPECT_EQ(perform(request(kDummy, "d", "monitor")).exit_code, 5);
}

TEST_F(NativeAgent, GivesUpWithAReasonWhenTheHostProgramIsMissing) {
  executor::AgentExecutorOptions options;
  options.host_program = "/nonexistent/mainstay-agent-host";
  options.scripts.ocf_root = TEST_OCF_ROOT;
  executor_.reset();
  executor_.emplace(reactor_, timers_, options);
  const model::ActionOutcome outcome = perform(request("ocf:test:Scripted", "s", "monitor"));
  EXPECT_EQ(outcome.status, OperationStatus::error);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("/nonexistent/mainstay-agent-host"));
}

}  // namespace
}  // namespace mainstay
