// SPDX-License-Identifier: Apache-2.0
// The native IPaddr2 beside the script of resource-agents on the real kernel: the same parameters
// in the same network must give the same exit codes and the same addresses. Each case runs in a
// network namespace of its own. Skips aloud without root; without resource-agents only the native
// side runs.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/agent/agent_call.h"
#include "plugins/ipaddr2/ipaddr2_agent.h"

namespace {

using mainstay::agent::AgentCall;
using mainstay::agent::PluginInstance;
using nlohmann::json;

constexpr const char* kScript = "/usr/lib/ocf/resource.d/heartbeat/IPaddr2";
constexpr int kSkipped = 77;

using Parameters = std::map<std::string, std::string>;

struct Case {
  const char* name;
  Parameters parameters;
};

const std::vector<Case> kCases = {
    {"Plain", {{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}}},
    {"MaskByRoute", {{"ip", "192.168.56.10"}}},
    {"NicGiven", {{"ip", "192.168.56.10"}, {"nic", "eth0"}}},
    {"OtherNet", {{"ip", "10.1.0.9"}, {"cidr_netmask", "16"}}},
    {"NarrowMask", {{"ip", "192.168.56.10"}, {"cidr_netmask", "32"}}},
    {"DottedMask", {{"ip", "192.168.56.10"}, {"cidr_netmask", "255.255.255.0"}}},
    {"OldMaskName", {{"ip", "192.168.56.10"}, {"netmask", "24"}}},
    {"BroadcastPlus",
     {{"ip", "192.168.56.10"}, {"cidr_netmask", "25"}, {"nic", "eth0"}, {"broadcast", "+"}}},
    {"BroadcastMinus", {{"ip", "192.168.56.10"}, {"broadcast", "-"}}},
    {"BroadcastGiven", {{"ip", "192.168.56.10"}, {"broadcast", "192.168.56.200"}}},
    {"BroadcastBad", {{"ip", "192.168.56.10"}, {"broadcast", "everybody"}}},
    {"Label", {{"ip", "192.168.56.10"}, {"iflabel", "web"}}},
    {"LabelInNic", {{"ip", "192.168.56.10"}, {"nic", "eth0:old"}}},
    {"LabelTooLong", {{"ip", "192.168.56.10"}, {"iflabel", "muchtoolong"}}},
    {"NoPrefixRoute",
     {{"ip", "172.31.0.5"}, {"cidr_netmask", "24"}, {"nic", "eth1"}, {"noprefixroute", "true"}}},
    {"NoRoute", {{"ip", "172.31.0.5"}, {"cidr_netmask", "24"}}},
    {"NicWithoutRoute", {{"ip", "172.31.0.5"}, {"nic", "eth1"}}},
    {"UnknownNic", {{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}, {"nic", "gone0"}}},
    {"BadAddress", {{"ip", "192.168.56.300"}}},
    {"BadMask", {{"ip", "192.168.56.10"}, {"cidr_netmask", "33"}}},
    {"NoAddress", {}},
    {"BadArpCount", {{"ip", "192.168.56.10"}, {"arp_count", "0"}}},
    {"BadArpInterval", {{"ip", "192.168.56.10"}, {"arp_interval", "soon"}}},
    {"BadArpSender", {{"ip", "192.168.56.10"}, {"arp_sender", "pigeon"}}},
    {"EmptyLifetime", {{"ip", "192.168.56.10"}, {"preferred_lft", ""}}},
    {"Loopback", {{"ip", "127.0.0.9"}, {"cidr_netmask", "8"}, {"nic", "lo"}}},
    {"FlushRoutes", {{"ip", "192.168.56.10"}, {"flush_routes", "true"}}},
    {"Ipv6", {{"ip", "fd00::10"}, {"cidr_netmask", "64"}, {"nodad", "true"}}},
    {"Ipv6ByRoute", {{"ip", "FD00:0::0010"}, {"nodad", "true"}}},
    {"Ipv6Deprecated", {{"ip", "fd00::10"}, {"preferred_lft", "0"}, {"nodad", "true"}}},
    {"Ipv6LinkLocal", {{"ip", "fe80::10"}}},
};

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): fixed commands of the test
  std::array<char, 4096> block{};
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
    text.append(block.data(), size);
  }
  ::pclose(pipe);
  return text;
}

void shell(const std::string& command) {
  ASSERT_EQ(std::system(command.c_str()), 0)
      << command;  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
}

/// What a neighbour or a program could notice of the addresses; not what only time tells.
json addresses() {
  json seen = json::array();
  for (const auto& link : json::parse(output_of("ip -j addr show"))) {
    for (const auto& address : link["addr_info"]) {
      if (address.value("scope", "") == "link" && address.value("family", "") == "inet6") {
        continue;  // the interface's own, which differs in each namespace
      }
      json kept = address;
      kept["ifname"] = link["ifname"];
      kept.erase("tentative");
      seen.push_back(kept);
    }
  }
  std::sort(seen.begin(), seen.end());
  return seen;
}

void build_network() {
  ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
  shell("ip link set lo up");
  for (const char* nic : {"eth0", "eth1"}) {
    const std::string name = nic;
    shell("ip link add " + name + " type veth peer name peer-" + name);
    shell("ip link set peer-" + name + " up && ip link set " + name + " up");
  }
  shell("ip addr add 192.168.56.11/24 brd + dev eth0 && ip addr add fd00::11/64 dev eth0 nodad");
  shell("ip addr add 10.1.0.1/16 brd + dev eth1 && ip route add default via 10.1.0.254");
}

class NativeSide {
 public:
  int run(const std::string& action, const Parameters& parameters) {
    AgentCall call;
    call.action = action == "probe" ? "monitor" : action;
    call.resource = "VIP";
    call.parameters = parameters;
    call.parameters.try_emplace("arp_interval", "10");
    call.interval = std::chrono::seconds(action == "monitor" ? 10 : 0);
    call.deadline = std::chrono::steady_clock::now() + call.timeout;
    const auto result = instance_.run(call, [](auto, const std::string&) {});
    return static_cast<int>(result.code);
  }

 private:
  static const mainstay::agent::abi::Plugin& plugin() {
    static void* library = ::dlopen(IPADDR2_PLUGIN, RTLD_NOW);
    const auto* table = static_cast<const mainstay::agent::abi::Plugin*>(
        library == nullptr ? nullptr : ::dlsym(library, "mainstay_agent_plugin"));
    if (table == nullptr) {
      std::fprintf(stderr, "cannot load %s: %s\n", IPADDR2_PLUGIN, ::dlerror());
      std::abort();
    }
    return *table;
  }

  PluginInstance instance_{plugin()};
};

class ScriptSide {
 public:
  static int run(const std::string& action, const Parameters& parameters) {
    std::string command =
        "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OCF_ROOT=/usr/lib/ocf OCF_RA_VERSION_MAJOR=1 "
        "OCF_RA_VERSION_MINOR=1 OCF_RESOURCE_INSTANCE=VIP OCF_RESOURCE_TYPE=IPaddr2 "
        "OCF_RESOURCE_PROVIDER=heartbeat HA_LOGFILE=/dev/null LC_ALL=C ";
    command += "OCF_RESKEY_CRM_meta_interval=" + std::string(action == "monitor" ? "10000 " : "0 ");
    Parameters all = parameters;
    all.try_emplace("arp_interval", "10");
    for (const auto& [name, value] : all) {
      command += "OCF_RESKEY_" + name + "='" + value + "' ";
    }
    command +=
        std::string(kScript) + " " + (action == "probe" ? "monitor" : action) + " >/dev/null 2>&1";
    return WEXITSTATUS(std::system(command.c_str()));  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  }
};

/// Everything that one side answers and leaves behind, action by action.
template <class Side>
json story(Side side, const Parameters& parameters) {
  json told;
  for (const char* action : {"probe", "stop", "start", "monitor", "start", "probe", "validate-all",
                             "stop", "monitor", "stop"}) {
    const int code = side.run(action, parameters);
    told.push_back({{"action", action}, {"code", code}, {"addresses", addresses()}});
  }
  return told;
}

/// Runs `work` in a child with a namespace of its own and brings its JSON back.
template <class Work>
json in_namespace(Work work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    build_network();
    const std::string text = ::testing::Test::HasFatalFailure() ? "null" : work().dump();
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t size = ::write(ends[1], text.data() + done, text.size() - done);
      if (size <= 0) {
        break;
      }
      done += static_cast<std::size_t>(size);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> block{};
  for (ssize_t size = 0; (size = ::read(ends[0], block.data(), block.size())) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return json::parse(text, nullptr, false);
}

class Ipaddr2Parity : public ::testing::TestWithParam<Case> {};

TEST_P(Ipaddr2Parity, AnswersAndActsLikeTheScript) {
  const Parameters& parameters = GetParam().parameters;
  const json native = in_namespace([&] { return story(NativeSide(), parameters); });
  ASSERT_TRUE(native.is_array()) << "the native side brought nothing back";
  const json script = in_namespace([&] { return story(ScriptSide(), parameters); });
  ASSERT_TRUE(script.is_array());
  for (std::size_t i = 0; i < native.size(); ++i) {
    EXPECT_EQ(native[i], script[i])
        << "step " << i << "\nnative " << native[i].dump(1) << "\nscript " << script[i].dump(1);
  }
}

INSTANTIATE_TEST_SUITE_P(Parameters, Ipaddr2Parity, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Ipaddr2OnTheKernel, ShowsTheAddressAsSecondaryWithItsBroadcast) {
  const json shown = in_namespace([] {
    NativeSide side;
    side.run("start", {{"ip", "192.168.56.10"}, {"cidr_netmask", "24"}});
    return json(output_of("ip -o addr show to 192.168.56.10"));
  });
  EXPECT_NE(shown.get<std::string>().find(
                "inet 192.168.56.10/24 brd 192.168.56.255 scope global secondary eth0"),
            std::string::npos)
      << shown;
}

TEST(Ipaddr2OnTheKernel, AnnouncesToTheNeighbour) {
  const json learnt = in_namespace([] {
    // A neighbour that has the address at another place in its table hears of the new one.
    shell("ip addr add 192.168.56.99/24 dev peer-eth0");
    shell("ip neigh add 192.168.56.10 lladdr 02:00:00:00:00:01 nud stale dev peer-eth0");
    shell("echo 0 > /proc/sys/net/ipv4/neigh/peer-eth0/locktime");
    NativeSide().run("start", {{"ip", "192.168.56.10"}, {"nic", "eth0"}, {"arp_bg", "false"}});
    return json::array({output_of("ip neigh show 192.168.56.10 dev peer-eth0"),
                        json::parse(output_of("ip -j link show eth0"))[0]["address"]});
  });
  EXPECT_NE(learnt[0].get<std::string>().find(learnt[1].get<std::string>()), std::string::npos)
      << learnt;
}

}  // namespace

int main(int argc, char** argv) {
  if (::geteuid() != 0) {
    std::puts("skipped: network namespaces need root");
    return kSkipped;
  }
  ::testing::InitGoogleTest(&argc, argv);
  if (::access(kScript, X_OK) != 0) {
    std::puts("resource-agents is not installed: no comparison with the script");
    GTEST_FLAG_SET(filter, "Ipaddr2OnTheKernel.*");
  }
  return RUN_ALL_TESTS();
}
