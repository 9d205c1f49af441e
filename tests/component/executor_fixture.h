// SPDX-License-Identifier: Apache-2.0
// A real executor with real agent hosts, in a directory of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/executor/agent_executor.h"
#include "core/executor/offenders.h"

namespace mainstay {

class ExecutorTest : public testing::Test {
 protected:
  ExecutorTest() {
    std::string pattern = testing::TempDir() + "/mainstay-executor-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    start(AGENT_PLUGIN_DIR, TEST_OCF_ROOT);
  }
  ~ExecutorTest() override {
    executor_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void start(const std::string& plugins, const std::string& ocf_root) {
    executor_.reset();
    executor::AgentExecutorOptions options;
    options.host_program = AGENT_HOST_PROGRAM;
    options.plugin_directory = plugins;
    options.scripts = {.ocf_root = ocf_root, .system_root = TEST_SYSTEM_ROOT};
    options.state_directory = directory_;
    options.cgroup = cgroup;
    executor_.emplace(reactor_, timers_, options);
  }

  model::ActionRequest request(const std::string& agent, const std::string& resource,
                               const std::string& action) {
    model::ActionRequest out;
    out.call_id = ++last_call_;
    out.resource = resource;
    out.agent = *model::AgentName::parse(agent);
    out.action = action;
    return out;
  }

  std::uint64_t submit(const model::ActionRequest& wanted) {
    executor_->run(wanted, [this, id = wanted.call_id](model::ActionOutcome outcome) {
      ASSERT_EQ(outcome.call_id, id);
      ASSERT_TRUE(outcomes_.emplace(id, std::move(outcome)).second) << "completed twice";
    });
    return wanted.call_id;
  }

  /// Runs the reactor until the condition holds; the test's own time limit ends it if it never
  /// does.
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition()) {
      reactor_.restart();
      reactor_.run_one();
    }
  }

  model::ActionOutcome outcome_of(std::uint64_t id) {
    run_until([&] { return outcomes_.contains(id); });
    return outcomes_.at(id);
  }
  model::ActionOutcome perform(const model::ActionRequest& wanted) {
    return outcome_of(submit(wanted));
  }

  std::string read_file(const std::string& name) const {
    std::ifstream in(directory_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string cgroup;  ///< for the hosts of the next start()
  boost::asio::io_context reactor_;
  executor::TimerService timers_{reactor_};
  std::optional<executor::AgentExecutor> executor_;
  std::map<std::uint64_t, model::ActionOutcome> outcomes_;
  std::uint64_t last_call_ = 0;
  std::string directory_;
};

}  // namespace mainstay
