// SPDX-License-Identifier: Apache-2.0
// Scripts through the real shell host: OCF's own Dummy, and one that misbehaves as asked.
#include <poll.h>
#include <sys/syscall.h>

#include "core/base/unique_fd.h"
#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

using model::OperationStatus;
using testing::HasSubstr;

class ShellAgent : public ExecutorTest {
 protected:
  model::ActionRequest scripted(const std::string& resource, const std::string& mode) {
    model::ActionRequest wanted = request("ocf:test:Scripted", resource, "monitor");
    wanted.parameters = {{"mode", mode}, {"pidfile", directory_ + "/" + resource}};
    wanted.timeout = Duration(60'000);
    return wanted;
  }

  int written_pid(const std::string& name) const {
    const std::string text = read_file(name);
    return text.empty() ? 0 : std::stoi(text);
  }

  /// Until the script has said that it runs, and its host has said so, too; the time passes with
  /// other actions.
  void wait_for_pid(const std::string& name) {
    while (written_pid(name) == 0 || executor_->known_groups() == 0) {
      perform(scripted("tick", "ok"));
    }
  }

  /// Waits for the end of a process; the test's own time limit ends it if it never comes.
  static bool is_gone(int pid) { return ends_within(pid, -1); }

  static bool ends_within(int pid, int patience_ms) {
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd end{process.get(), POLLIN, 0};
    return !process || ::poll(&end, 1, patience_ms) == 1;
  }
};

TEST_F(ShellAgent, RunsTheDummyOfResourceAgentsUnmodified) {
  if (!std::filesystem::exists("/usr/lib/ocf/resource.d/heartbeat/Dummy")) {
    GTEST_SKIP() << "resource-agents is not installed";
  }
  start(AGENT_PLUGIN_DIR, "/usr/lib/ocf");
  const auto forced = [&](const std::string& action) {
    model::ActionRequest wanted = request("ocf:heartbeat:Dummy", "d", action);
    wanted.force_shell = true;
    wanted.interval = Duration(action == "monitor" ? 10'000 : 0);
    return perform(wanted);
  };
  const model::ActionOutcome stopped = forced("monitor");
  EXPECT_EQ(stopped.exit_code, 7);
  EXPECT_EQ(stopped.exit_reason, "No process state file found");
  EXPECT_EQ(stopped.note, "shell agent used: agent-implementation=shell");
  EXPECT_EQ(forced("start").exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/Dummy-d.state"));
  EXPECT_EQ(forced("monitor").exit_code, 0);
  EXPECT_EQ(perform(request("ocf:heartbeat:Dummy", "d", "monitor")).exit_code, 0)
      << "the native agent must agree";
  EXPECT_EQ(forced("validate-all").exit_code, 0);
  EXPECT_EQ(forced("stop").exit_code, 0);
  EXPECT_EQ(forced("monitor").exit_code, 7);
  EXPECT_EQ(forced("frobnicate").exit_code, 3);
}

TEST_F(ShellAgent, EndsTheWholeGroupAtTheTimeoutAndNothingElse) {
  model::ActionRequest hanging = scripted("h", "hang");
  hanging.timeout = Duration(500);
  const std::uint64_t late = submit(hanging);
  const std::uint64_t good = submit(scripted("good", "ok"));
  EXPECT_EQ(outcome_of(good).exit_code, 0);
  const int host = executor_->host_pid("");
  const model::ActionOutcome outcome = outcome_of(late);
  EXPECT_EQ(outcome.status, OperationStatus::timed_out);
  EXPECT_EQ(outcome.exit_reason, "timed out after 0.500s (still at it)");
  EXPECT_EQ(executor_->host_pid(""), host) << "the host of the scripts goes on";
  EXPECT_TRUE(is_gone(written_pid("h")));
}

TEST_F(ShellAgent, LeavesAStartedServiceAloneWhenTheHostEnds) {
  ASSERT_EQ(perform(scripted("d", "daemon")).exit_code, 0);
  const int daemon = written_pid("d");
  ASSERT_GT(daemon, 0);
  executor_.reset();
  EXPECT_FALSE(ends_within(daemon, 1'000));
  ::kill(daemon, SIGKILL);
}

TEST_F(ShellAgent, EndsARunningActionWhenTheHostIsKilled) {
  const std::uint64_t victim = submit(scripted("h", "hang"));
  wait_for_pid("h");
  const int child = written_pid("h");
  ::kill(executor_->host_pid(""), SIGKILL);
  EXPECT_THAT(outcome_of(victim).exit_reason, HasSubstr("signal 9"));
  EXPECT_TRUE(is_gone(child));
}

TEST_F(ShellAgent, EndsARunningActionWithTheExecutor) {
  submit(scripted("h", "hang"));
  wait_for_pid("h");
  const int child = written_pid("h");
  executor_.reset();
  EXPECT_TRUE(is_gone(child));
}

TEST_F(ShellAgent, BoundsOutputAndKeepsTheLastReason) {
  const model::ActionOutcome outcome = perform(scripted("f", "flood"));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.exit_reason, "flooded");
}

TEST_F(ShellAgent, MapsOddEndings) {
  const model::ActionOutcome odd = perform(scripted("o", "odd"));
  EXPECT_EQ(odd.exit_code, 1);
  EXPECT_THAT(odd.exit_reason, HasSubstr("exit code 77"));
  const model::ActionOutcome killed = perform(scripted("k", "killed"));
  EXPECT_EQ(killed.exit_code, 1);
  EXPECT_THAT(killed.exit_reason, HasSubstr("signal 9"));
}

TEST_F(ShellAgent, GivesAnAgentItsEnvironmentAndNoDescriptorOfOurs) {
  model::ActionRequest wanted = scripted("e", "environment");
  wanted.meta = {{"clone-max", "2"}};
  wanted.interval = Duration(10'000);
  ASSERT_EQ(perform(wanted).exit_code, 0);
  const std::string seen = read_file("e");
  for (const char* line :
       {"OCF_RESOURCE_INSTANCE=e\n", "OCF_RESKEY_mode=environment\n", "OCF_RA_VERSION_MAJOR=1\n",
        "OCF_RESKEY_CRM_meta_clone_max=2\n", "OCF_RESKEY_CRM_meta_interval=10000\n",
        "OCF_RESOURCE_PROVIDER=test\n"}) {
    EXPECT_THAT(seen, HasSubstr(line));
  }
  // "total", 0, 1, 2, and what ls itself opens.
  EXPECT_LE(std::stoi(read_file("e.fds")), 5);
}

}  // namespace
}  // namespace mainstay
