// SPDX-License-Identifier: Apache-2.0
// The systemd and apache plugins on a real systemd, as the agent host would load them.
// Runs inside a booted host, as root; skips aloud (exit 77) elsewhere. Units of the test live in
// /run only.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/agent/agent_call.h"

namespace {

using mainstay::agent::ActionResult;
using mainstay::agent::AgentCall;
using mainstay::agent::OcfExitCode;
using mainstay::agent::PluginInstance;

constexpr int kSkipped = 77;
const std::string kUnits = "/run/systemd/system/";

int shell(const std::string& command) {
  return std::system(
      command.c_str());  // NOLINT(cert-env33-c,concurrency-mt-unsafe): a test in a host of its own
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
  std::array<char, 512> block{};
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
    text.append(block.data(), size);
  }
  ::pclose(pipe);
  return text;
}

const mainstay::agent::abi::Plugin& plugin(const std::string& name) {
  // Beside the test program, or where the build puts it.
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const auto& file :
       {here / (name + ".so"), here / "../lib/mainstay/agents" / (name + ".so")}) {
    if (void* library = ::dlopen(file.c_str(), RTLD_NOW)) {
      if (const void* table = ::dlsym(library, "mainstay_agent_plugin")) {
        return *static_cast<const mainstay::agent::abi::Plugin*>(table);
      }
    }
  }
  std::fprintf(stderr, "cannot load %s.so: %s\n", name.c_str(), ::dlerror());
  std::abort();
}

class Resource {
 public:
  Resource(const std::string& plugin_name, std::string type)
      : type_(std::move(type)), instance_(plugin(plugin_name)) {}

  ActionResult run(const std::string& action,
                   std::chrono::milliseconds timeout = std::chrono::seconds(60),
                   std::map<std::string, std::string> parameters = {}) {
    AgentCall call;
    call.action = action == "probe" ? "monitor" : action;
    call.type = type_;
    call.resource = "R";
    call.parameters = std::move(parameters);
    call.timeout = timeout;
    call.deadline = std::chrono::steady_clock::now() + timeout;
    call.interval = std::chrono::seconds(action == "monitor" ? 10 : 0);
    return instance_.run(call, [](auto, const std::string& text) { std::puts(text.c_str()); });
  }

 private:
  std::string type_;
  PluginInstance instance_;
};

#define EXPECT_CODE(result, expected)                               \
  do {                                                              \
    const auto answer = (result);                                   \
    EXPECT_EQ(answer.code, OcfExitCode::expected) << answer.reason; \
  } while (false)

class SystemdUnits : public ::testing::Test {
 protected:
  void SetUp() override {
    write("mainstay-test.service",
          "[Service]\nExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=0\n");
    write("mainstay-test@.service", "[Service]\nExecStart=/bin/sleep infinity\n");
    write("mainstay-test-broken.service", "[Service]\nExecStart=/bin/false\nType=oneshot\n");
    write("mainstay-test-stuck.service",
          "[Service]\nType=notify\nTimeoutStartSec=infinity\nExecStart=/bin/sleep infinity\n");
    ASSERT_EQ(shell("systemctl daemon-reload"), 0);
  }
  void TearDown() override {
    shell("systemctl stop 'mainstay-test*' 2>/dev/null");
    shell("rm -rf " + kUnits + "mainstay-test*; systemctl daemon-reload");
  }
  static void write(const std::string& unit, const std::string& text) {
    std::ofstream(kUnits + unit) << text;
  }
};

TEST_F(SystemdUnits, LivesUnderTheCluster) {
  Resource unit("systemd", "mainstay-test");
  EXPECT_CODE(unit.run("probe"), not_running);
  EXPECT_CODE(unit.run("start"), success);
  EXPECT_CODE(unit.run("start"), success);
  EXPECT_CODE(unit.run("monitor"), success);
  const std::string shown =
      output_of("systemctl show mainstay-test -p Restart -p Before -p ActiveState");
  EXPECT_NE(shown.find("Restart=no"), std::string::npos) << shown;
  EXPECT_NE(shown.find("mainstayd.service"), std::string::npos) << shown;
  EXPECT_NE(shown.find("ActiveState=active"), std::string::npos) << shown;
  EXPECT_CODE(unit.run("stop"), success);
  EXPECT_CODE(unit.run("stop"), success);
  EXPECT_CODE(unit.run("monitor"), not_running);
  EXPECT_FALSE(std::filesystem::exists(kUnits + "mainstay-test.service.d"));
  EXPECT_NE(output_of("systemctl show mainstay-test -p Restart").find("Restart=always"),
            std::string::npos);
}

TEST_F(SystemdUnits, IsNotRestartedBehindTheClustersBack) {
  Resource unit("systemd", "mainstay-test.service");
  for (int round = 0; round < 8; ++round) {  // more often than systemd's own start limit allows
    ASSERT_EQ(unit.run("start").code, OcfExitCode::success);
    ASSERT_EQ(shell("systemctl kill -s KILL mainstay-test"), 0);
    ASSERT_EQ(shell("timeout 10 sh -c 'while systemctl -q is-active mainstay-test; do :; done'"),
              0);
    const auto seen = unit.run("monitor");
    EXPECT_EQ(seen.code, OcfExitCode::not_running);
    EXPECT_EQ(seen.reason, "mainstay-test.service is failed (signal)");
  }
}

TEST_F(SystemdUnits, CountsTemplatesAndRefusesThemWithoutAnInstance) {
  Resource unit("systemd", "mainstay-test@one");
  EXPECT_CODE(unit.run("start"), success);
  EXPECT_CODE(unit.run("monitor"), success);
  EXPECT_CODE(unit.run("stop"), success);
  EXPECT_CODE(Resource("systemd", "mainstay-test@").run("monitor"), err_configured);
}

TEST_F(SystemdUnits, SaysWhyAStartFailed) {
  Resource unit("systemd", "mainstay-test-broken");
  const auto started = unit.run("start");
  EXPECT_EQ(started.code, OcfExitCode::err_generic);
  EXPECT_NE(started.reason.find("failed (exit-code)"), std::string::npos) << started.reason;
  EXPECT_CODE(unit.run("stop"), success);
}

TEST_F(SystemdUnits, DoesNotExist) {
  Resource unit("systemd", "mainstay-test-none");
  EXPECT_CODE(unit.run("probe"), not_running);
  EXPECT_CODE(unit.run("start"), err_installed);
  EXPECT_CODE(unit.run("stop"), success);
}

TEST_F(SystemdUnits, AStuckUnitIsAnErrorAtTheDeadlineAndNotAStoppedOne) {
  Resource unit("systemd", "mainstay-test-stuck");
  EXPECT_CODE(unit.run("start", std::chrono::seconds(2)), err_generic);
  const auto seen = unit.run("monitor", std::chrono::seconds(1));
  EXPECT_EQ(seen.code, OcfExitCode::err_generic);
  EXPECT_NE(seen.reason.find("activating"), std::string::npos) << seen.reason;
  EXPECT_CODE(unit.run("stop"), success);
  EXPECT_CODE(unit.run("monitor"), not_running);
}

TEST_F(SystemdUnits, AReexecutingSystemdIsAskedAgain) {
  Resource unit("systemd", "mainstay-test");
  ASSERT_EQ(unit.run("start").code, OcfExitCode::success);
  std::atomic<bool> done = false;
  std::thread disturber([&] {
    for (int round = 0; round < 3; ++round) {
      shell("systemctl daemon-reexec");
    }
    done = true;
  });
  while (!done) {
    const auto seen = unit.run("monitor");
    EXPECT_EQ(seen.code, OcfExitCode::success) << seen.reason;
  }
  disturber.join();
  EXPECT_CODE(unit.run("stop"), success);
}

TEST_F(SystemdUnits, ManyAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&failures, number] {
      Resource unit("systemd", "mainstay-test@" + std::to_string(number));
      for (const char* action : {"start", "monitor", "stop"}) {
        if (const auto result = unit.run(action); result.code != OcfExitCode::success) {
          std::fprintf(stderr, "%s %d: %s\n", action, number, result.reason.c_str());
          ++failures;
        }
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failures, 0);
}

TEST(Apache, ServesAndIsChecked) {
  if (shell("systemctl cat apache2.service >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "no apache2.service here";
  }
  Resource web("apache", "apache");
  EXPECT_CODE(web.run("probe"), not_running);
  EXPECT_CODE(web.run("start"), success);
  EXPECT_CODE(web.run("monitor"), success);
  const auto limit = std::chrono::seconds(20);
  EXPECT_CODE(web.run("monitor", limit,
                      {{"OCF_CHECK_LEVEL", "10"}, {"testurl", "/"}, {"testregex10", "</html>"}}),
              success);
  EXPECT_CODE(web.run("monitor", limit,
                      {{"OCF_CHECK_LEVEL", "10"}, {"testurl", "/"}, {"testregex10", "absent!"}}),
              err_generic);
  EXPECT_CODE(web.run("monitor", limit, {{"statusurl", "http://127.0.0.1:1/"}}), err_generic);
  EXPECT_CODE(web.run("monitor", limit, {{"testconffile", "/tmp/x"}}), declined);
  EXPECT_CODE(web.run("stop"), success);
  EXPECT_CODE(web.run("monitor"), not_running);
}

}  // namespace

int main(int argc, char** argv) {
  std::string first;
  std::getline(std::ifstream("/proc/1/comm"), first);
  if (first != "systemd" || ::geteuid() != 0) {
    std::puts("skipped: needs root in a host that systemd has booted");
    return kSkipped;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
