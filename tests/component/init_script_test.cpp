// SPDX-License-Identifier: Apache-2.0
// An LSB init script through the real host of the scripts, as "lsb:" and as "service:".
#include <poll.h>

#include <csignal>

#include "core/base/child_process.h"
#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

using testing::HasSubstr;

class InitScript : public ExecutorTest {
 protected:
  // The environment of the test is that of its hosts.
  InitScript() {
    ::setenv("HOME", directory_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    start(AGENT_PLUGIN_DIR, TEST_OCF_ROOT);
  }
  void TearDown() override {
    perform(request("lsb:beacon", "b", "stop"));
    ::setenv("HOME", "/root", 1);  // NOLINT(concurrency-mt-unsafe)
  }
  int code(const std::string& agent, const std::string& action) {
    return perform(request(agent, "b", action)).exit_code;
  }
};

TEST_F(InitScript, LivesAsAResource) {
  for (const std::string agent : {"lsb:beacon", "service:beacon"}) {
    EXPECT_EQ(code(agent, "monitor"), 7);
    EXPECT_EQ(code(agent, "start"), 0);
    EXPECT_EQ(code(agent, "start"), 0);
    EXPECT_EQ(code(agent, "monitor"), 0);
    EXPECT_EQ(code(agent, "stop"), 0);
    EXPECT_EQ(code(agent, "stop"), 0);
    EXPECT_EQ(code(agent, "monitor"), 7);
  }
}

TEST_F(InitScript, DeadWithItsPidFileIsNotRunning) {
  EXPECT_EQ(code("lsb:beacon", "start"), 0);
  const pid_t beacon = std::stoi(read_file("beacon.pid"));
  const Result<UniqueFd> end = watch_child(beacon);
  ASSERT_TRUE(end) << end.error().context;
  ::kill(beacon, SIGKILL);
  pollfd ended{end->get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ended, 1, -1), 1);
  const model::ActionOutcome seen = perform(request("lsb:beacon", "b", "monitor"));
  EXPECT_EQ(seen.exit_code, 7);
  EXPECT_EQ(seen.exit_reason, "init script: status ended with exit code 1");
}

TEST_F(InitScript, AnswersWhatItDoesNotKnow) {
  EXPECT_EQ(code("lsb:beacon", "reload"), 3);
}

TEST_F(InitScript, ThatIsNotThere) {
  const model::ActionOutcome outcome = perform(request("lsb:none", "n", "start"));
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("lsb:none is not installed"));
  EXPECT_EQ(perform(request("service:none", "n", "monitor")).exit_code, 5);
}

}  // namespace
}  // namespace mainstay
