// SPDX-License-Identifier: Apache-2.0
// A plugin that says what it needs has nothing else, and leaves nothing behind.
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "core/executor/host_cgroup.h"
#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

/// Dead, or only waiting for whoever is its parent now.
bool is_gone(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(in, line);
  return line.empty() || line.find(") Z ") != std::string::npos;
}

/// A cgroup of the test's own; empty where there is none to be had.
std::string make_cgroup() {
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    std::string path = std::string(root) + "/mainstay-test-" + std::to_string(::getpid());
    struct stat status {};
    if (::stat((std::string(root) + "/cgroup.procs").c_str(), &status) == 0 &&
        ::mkdir(path.c_str(), 0755) == 0) {
      return path;
    }
  }
  return {};
}

class Confinement : public ExecutorTest {
 public:
  Confinement() : cgroup_(make_cgroup()) {
    cgroup = cgroup_;
    start(TEST_PLUGIN_DIR, TEST_OCF_ROOT);
  }
  ~Confinement() override {
    executor_.reset();
    executor::clear_host_cgroups(cgroup_);
    ::rmdir(cgroup_.c_str());
  }
  static void wait_until_gone(int pid) {
    while (!is_gone(pid)) {
      std::this_thread::yield();
    }
  }
  model::ActionRequest confined(const std::string& action) {
    return request("ocf:test:Confined", "r", action);
  }

  std::string cgroup_;
};

TEST_F(Confinement, LeavesTheCapabilitiesThatThePluginDeclares) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root has capabilities to give up";
  }
  EXPECT_EQ(perform(confined("monitor")).exit_reason, "CapPrm: 2000 CapEff: 2000 CapBnd: 2000 ");
}

TEST_F(Confinement, EndsASessionThatAnActionHasLeftWhenItsHostDies) {
  if (cgroup_.empty()) {
    GTEST_SKIP() << "no cgroup can be made here";
  }
  ASSERT_EQ(perform(confined("start")).exit_code, 0);
  const int child = std::stoi(read_file("child"));
  EXPECT_FALSE(is_gone(child));
  EXPECT_EQ(perform(confined("stop")).status, model::OperationStatus::error);
  wait_until_gone(child);
}

TEST_F(Confinement, EndsItWithTheExecutorToo) {
  if (cgroup_.empty()) {
    GTEST_SKIP() << "no cgroup can be made here";
  }
  ASSERT_EQ(perform(confined("start")).exit_code, 0);
  executor_.reset();
  wait_until_gone(std::stoi(read_file("child")));
}

TEST_F(Confinement, IsNotForPluginsThatDeclareNothing) {
  start(BAD_PLUGIN_DIR, TEST_OCF_ROOT);
  model::ActionRequest wanted = request("ocf:test:Misbehave", "r", "start");
  ASSERT_EQ(perform(wanted).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(cgroup_ + "/host-1"));
}

}  // namespace
}  // namespace mainstay
