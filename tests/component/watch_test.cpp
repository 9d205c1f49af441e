// SPDX-License-Identifier: Apache-2.0
// Agents that tell of changes by themselves: through a real agent host, one of them on the real
// kernel in a network namespace of its own. Nothing here waits for a poll: there is none.
#include <sched.h>
#include <sys/mount.h>

#include <cstdlib>

#include "tests/component/executor_fixture.h"

namespace mainstay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Watching : public ExecutorTest {
 protected:
  Watching() { use(TEST_PLUGIN_DIR); }

  void use(const std::string& plugins) {
    start(plugins, TEST_OCF_ROOT);
    executor_->on_change([this](const std::string& resource) { hints_.push_back(resource); });
  }
  std::string file() const { return directory_ + "/service"; }
  void touch(const std::string& path) { std::ofstream(path) << "x"; }

  model::ActionRequest monitor(const std::string& resource, model::Values parameters = {}) {
    model::ActionRequest wanted = request("ocf:test:Watching", resource, "monitor");
    wanted.parameters = std::move(parameters);
    wanted.parameters.try_emplace("file", file());
    wanted.interval = Duration(10'000);
    return wanted;
  }
  void await_hint() {
    run_until([&] { return !hints_.empty(); });
  }
  int host() const { return executor_->host_pid(TEST_PLUGIN_DIR "/watching.so"); }

  std::vector<std::string> hints_;
};

TEST_F(Watching, TellsOfAChangeAtOnce) {
  touch(file());
  const auto before = perform(monitor("W"));
  EXPECT_EQ(before.exit_code, 0);
  EXPECT_TRUE(before.watched);
  std::filesystem::remove(file());
  await_hint();
  EXPECT_EQ(hints_, std::vector<std::string>{"W"});
  EXPECT_EQ(perform(monitor("W")).exit_code, 7);
}

TEST_F(Watching, BeginsWithTheFirstRecurringMonitor) {
  touch(file());
  model::ActionRequest probe = monitor("W");
  probe.interval = Duration(0);
  EXPECT_FALSE(perform(probe).watched);
  touch(directory_ + "/other");
  EXPECT_TRUE(perform(monitor("W")).watched);
  EXPECT_TRUE(perform(monitor("W")).watched);
}

TEST_F(Watching, TellsOnceUntilTheNextMonitor) {
  touch(file());
  perform(monitor("flooded", {{"flood", "1"}}));
  await_hint();
  for (int i = 0; i < 50; ++i) {
    perform(monitor("calm"));
  }
  EXPECT_EQ(std::count(hints_.begin(), hints_.end(), "flooded"), 1);
  perform(monitor("flooded", {{"flood", "1"}}));
  run_until([&] { return std::count(hints_.begin(), hints_.end(), "flooded") == 2; });
}

TEST_F(Watching, TellsNothingOfWhatIsNotMonitoredAnyMore) {
  touch(file());
  perform(monitor("W"));
  perform(monitor("other"));
  executor_->unwatch("W");
  std::filesystem::remove(file());
  await_hint();
  perform(monitor("other"));
  EXPECT_THAT(hints_, testing::Not(testing::Contains("W")));
}

TEST_F(Watching, SurvivesTheDeathOfItsHost) {
  touch(file());
  perform(monitor("W"));
  const int first = host();
  ::kill(first, SIGKILL);
  await_hint();  // what happened meanwhile is not known
  hints_.clear();
  EXPECT_TRUE(perform(monitor("W")).watched);
  EXPECT_NE(host(), first);
  std::filesystem::remove(file());
  await_hint();
}

TEST_F(Watching, BeginsAnewWhenItIsLost) {
  touch(file());
  for (int i = 0; i < 3; ++i) {
    hints_.clear();
    EXPECT_TRUE(perform(monitor("W", {{"lose", "1"}})).watched);
    touch(directory_ + "/event" + std::to_string(i));
    await_hint();
  }
}

TEST_F(Watching, FollowsChangedParameters) {
  touch(file());
  const std::string elsewhere = directory_ + "/elsewhere";
  std::filesystem::create_directory(elsewhere);
  touch(elsewhere + "/service");
  perform(monitor("W"));
  EXPECT_TRUE(perform(monitor("W", {{"file", elsewhere + "/service"}})).watched);
  std::filesystem::remove(file());
  perform(monitor("other"));
  EXPECT_THAT(hints_, IsEmpty());
  std::filesystem::remove(elsewhere + "/service");
  await_hint();
}

TEST_F(Watching, IsPolledAloneWhenItCannotBeWatched) {
  touch(file());
  const auto outcome = perform(monitor("W", {{"broken", "1"}}));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_FALSE(outcome.watched);
  EXPECT_TRUE(perform(monitor("W")).watched);
}

TEST_F(Watching, OfAnAgentThatDoesNotListenHindersNobody) {
  touch(file());
  perform(monitor("deaf", {{"deaf", "1"}}));
  touch(directory_ + "/event");
  await_hint();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(perform(monitor("other")).exit_code, 0);
  }
  std::filesystem::remove(file());
  run_until([&] { return std::count(hints_.begin(), hints_.end(), "other") > 0; });
}

TEST_F(Watching, IsNotAskedOfAPluginThatWasBuiltBeforeThereWasWatching) {
  model::ActionRequest wanted = request("ocf:test:OldHeader", "old", "monitor");
  wanted.interval = Duration(10'000);
  const auto outcome = perform(wanted);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.exit_reason, "told by an old plugin");
  EXPECT_FALSE(outcome.watched);
  model::ActionRequest failing = request("ocf:test:OldHeader", "old", "start");
  failing.parameters["rc"] = "6";
  EXPECT_EQ(perform(failing).exit_code, 6);
}

class WatchingNetwork : public Watching {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || ::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "network namespaces need root";
    }
    shell("ip link set lo up");
    shell(
        "ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up");
    shell("ip addr add 192.168.56.11/24 dev eth0");
    use(AGENT_PLUGIN_DIR);
  }
  static void shell(const std::string& command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(cert-env33-c)
  }
  model::ActionRequest recurring(const std::string& agent, const model::Values& parameters) {
    model::ActionRequest wanted = request(agent, "R", "monitor");
    wanted.parameters = parameters;
    wanted.interval = Duration(10'000);
    return wanted;
  }
};

class WatchingRoute : public WatchingNetwork {
 protected:
  void SetUp() override {
    WatchingNetwork::SetUp();
    if (IsSkipped()) {
      return;
    }
    shell("ip addr add 192.168.56.10/24 dev eth0");
    shell("ip route add 10.9.0.0/16 dev eth0 src 192.168.56.10");
    ASSERT_TRUE(perform(monitor_route()).watched);
  }
  model::ActionRequest monitor_route() {
    return recurring(
        "ocf:heartbeat:Route",
        {{"destination", "10.9.0.0/16"}, {"device", "eth0"}, {"source", "192.168.56.10"}});
  }
};

TEST_F(WatchingRoute, HearsThatItIsRemoved) {
  shell("ip route del 10.9.0.0/16");
  await_hint();
  EXPECT_EQ(perform(monitor_route()).exit_code, 7);
}

TEST_F(WatchingRoute, HearsThatItIsReplaced) {
  shell("ip route replace 10.9.0.0/16 dev eth1");
  await_hint();
  EXPECT_EQ(perform(monitor_route()).exit_code, 7);
}

TEST_F(WatchingRoute, HearsThatItGoesWithItsLink) {
  shell("ip link set eth0 down");
  await_hint();
  EXPECT_EQ(perform(monitor_route()).exit_code, 7);
}

TEST_F(WatchingRoute, HearsThatItGoesWithItsSource) {
  shell("ip addr del 192.168.56.10/24 dev eth0");
  await_hint();
  EXPECT_EQ(perform(monitor_route()).exit_code, 7);
}

TEST_F(WatchingNetwork, HearsThatTheDefaultRouteHasAnotherSource) {
  shell("ip addr add 192.168.56.10/24 dev eth0");
  shell("ip route add default via 192.168.56.254 src 192.168.56.10");
  const model::Values parameters = {{"ipaddress", "192.168.56.10"}};
  const auto before = perform(recurring("ocf:heartbeat:IPsrcaddr", parameters));
  EXPECT_EQ(before.exit_code, 0);
  ASSERT_TRUE(before.watched);
  shell("ip route replace default via 192.168.56.254");
  await_hint();
  EXPECT_EQ(perform(recurring("ocf:heartbeat:IPsrcaddr", parameters)).exit_code, 7);
}

class WatchingMount : public Watching {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      GTEST_SKIP() << "mount namespaces need root";
    }
    use(AGENT_PLUGIN_DIR);
    ASSERT_EQ(perform(mounted("start")).exit_code, 0);
    ASSERT_TRUE(perform(mounted("monitor")).watched);
  }
  void TearDown() override { ::umount2(place().c_str(), MNT_DETACH); }
  std::string place() const { return directory_ + "/place"; }
  model::ActionRequest mounted(const std::string& action) {
    model::ActionRequest wanted = request("ocf:heartbeat:Filesystem", "F", action);
    wanted.parameters = {{"device", "tmpfs"}, {"directory", place()}, {"fstype", "tmpfs"}};
    wanted.interval = Duration(action == "monitor" ? 10'000 : 0);
    return wanted;
  }
};

TEST_F(WatchingMount, HearsThatItIsUnmounted) {
  ASSERT_EQ(::umount(place().c_str()), 0);
  await_hint();
  EXPECT_EQ(perform(mounted("monitor")).exit_code, 7);
}

TEST_F(WatchingMount, DoesNotMindTheOthers) {
  std::filesystem::create_directory(directory_ + "/other");
  ASSERT_EQ(::mount("none", (directory_ + "/other").c_str(), "tmpfs", 0, nullptr), 0);
  ASSERT_EQ(::umount((directory_ + "/other").c_str()), 0);
  EXPECT_EQ(perform(mounted("monitor")).exit_code, 0);
  EXPECT_THAT(hints_, IsEmpty());
  ASSERT_EQ(::umount(place().c_str()), 0);
  await_hint();
}

class WatchingAddress : public WatchingNetwork {
 protected:
  void SetUp() override {
    WatchingNetwork::SetUp();
    if (IsSkipped()) {
      return;
    }
    ASSERT_EQ(perform(address("start")).exit_code, 0);
    ASSERT_TRUE(perform(address("monitor")).watched);
  }
  model::ActionRequest address(const std::string& action, const std::string& ip = "192.168.56.10") {
    model::ActionRequest wanted = request("ocf:heartbeat:IPaddr2", "VIP" + ip, action);
    wanted.parameters = {{"ip", ip}, {"cidr_netmask", "24"}, {"arp_count", "1"}};
    wanted.interval = Duration(action == "monitor" ? 10'000 : 0);
    return wanted;
  }
};

TEST_F(WatchingAddress, HearsThatItIsRemoved) {
  shell("ip addr del 192.168.56.10/24 dev eth0");
  await_hint();
  EXPECT_EQ(perform(address("monitor")).exit_code, 7);
}

TEST_F(WatchingAddress, HearsThatItsLinkGoesDown) {
  shell("ip link set eth1 down");
  await_hint();
  const auto outcome = perform(address("monitor"));
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_THAT(outcome.exit_reason, HasSubstr("status down"));
}

TEST_F(WatchingAddress, HearsThatItsLinkIsGone) {
  shell("ip link del eth1");
  await_hint();
  EXPECT_NE(perform(address("monitor")).exit_code, 0);
}

TEST_F(WatchingAddress, DoesNotMindTheOthers) {
  shell("ip addr add 192.168.56.77/24 dev eth0 && ip addr del 192.168.56.77/24 dev eth0");
  ASSERT_EQ(perform(address("start", "192.168.56.12")).exit_code, 0);
  perform(address("monitor", "192.168.56.12"));
  shell("ip addr del 192.168.56.12/24 dev eth0");
  await_hint();
  EXPECT_EQ(hints_, std::vector<std::string>{"VIP192.168.56.12"});
}

TEST_F(WatchingAddress, TakesOneSocketForAllOfThem) {
  const auto sockets = [&] {
    int count = 0;
    const std::string host = std::to_string(executor_->host_pid(AGENT_PLUGIN_DIR "/ipaddr2.so"));
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + host + "/fd")) {
      std::error_code gone;
      count += std::filesystem::read_symlink(entry, gone).string().starts_with("socket:") ? 1 : 0;
    }
    return count;
  };
  const int before = sockets();
  for (int i = 20; i < 40; ++i) {
    const std::string ip = "192.168.56." + std::to_string(i);
    ASSERT_EQ(perform(address("start", ip)).exit_code, 0);
    ASSERT_TRUE(perform(address("monitor", ip)).watched);
  }
  EXPECT_EQ(sockets(), before);
}

}  // namespace
}  // namespace mainstay
