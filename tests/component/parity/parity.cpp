// SPDX-License-Identifier: Apache-2.0
#include "tests/component/parity/parity.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "ocf-compat/shell_agent.h"
#include "tests/component/parity/hosted.h"
#include "tests/unit/plugins/plugin_file.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

constexpr int kSkipped = 77;
constexpr int kDeclined = static_cast<int>(agent::OcfExitCode::declined);

/// A file per attribute of the node.
constexpr const char* kAttributes = "/run/attributes";

/// What the tests' host must have in its environment to be changed at will.
constexpr const char* kHostMark = "MAINSTAY_HOST_OF_TESTS";

/// The sanitizers are to watch the native side; what a script answers does not change by them.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

struct Step {
  std::string action;
  int check_level = 0;
  bool other = false;
  bool left = false;
};

Step read_step(const std::string& text) {
  const auto take = [](std::string& rest, std::string_view prefix) {
    const bool is_there = rest.starts_with(prefix);
    rest.erase(0, is_there ? prefix.size() : 0);
    return is_there;
  };
  Step step{text};
  step.left = take(step.action, "left:");
  step.other = take(step.action, "other:");
  if (const std::size_t at = step.action.find('@'); at != std::string::npos) {
    step.check_level = std::stoi(step.action.substr(at + 1));
    step.action.resize(at);
  }
  return step;
}

agent::AgentCall call_of(const Agent& agent, const Case& one) {
  agent::AgentCall call;
  call.resource = "R";
  call.provider = agent.provider;
  call.type = agent.type;
  call.meta = one.meta;
  call.timeout = agent.timeout;
  call.parameters = one.parameters;
  call.parameters.insert(agent.common.begin(), agent.common.end());
  return call;
}

/// An agent's action, by the one implementation or the other: its exit code.
using Act = std::function<int(const Step&)>;

/// The plugins are beside the test program, or where the build puts them.
std::string plugin_directory() {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return std::filesystem::exists(here / "apache.so") ? here.string() : AGENT_PLUGIN_DIR;
}

Act native_side(const Agent& agent, const Case& one) {
  auto resource = std::make_shared<HostedResource>(
      plugin_directory() + "/" + agent.plugin + ".so", call_of(agent, one),
      [](const std::string& name, const std::optional<std::string>& value,
         std::chrono::milliseconds) {
        const std::string file = std::string(kAttributes) + "/" + name;
        if (value) {
          std::ofstream(file) << *value << '\n';
        } else {
          std::filesystem::remove(file);
        }
      });
  return [resource](const Step& step) { return resource->code(step.action, step.check_level); };
}

ocf::Installation installation() {
  ocf::Installation scripts;
  scripts.log_facility = "none";
  return scripts;
}

Act script_side(const Agent& agent, const Case& one) {
  return [call = call_of(agent, one)](const Step& step) {
    agent::AgentCall wanted = call;
    wanted.action = step.action == "probe" ? "monitor" : step.action;
    wanted.interval = std::chrono::seconds(step.action == "monitor" ? 10 : 0);
    if (step.check_level != 0) {
      wanted.parameters["OCF_CHECK_LEVEL"] = std::to_string(step.check_level);
    }
    const auto outcome = ocf::run_shell_action(
        wanted, installation(), [](int) {}, [](auto, const std::string&) {});
    return outcome.timed_out ? kTimedOut : static_cast<int>(outcome.result.code);
  };
}

/// Everything that one side answers and leaves behind, step by step.
json tell(bool natively, const Agent& agent, const Case& one) {
  const Act by_plugin = native_side(agent, one);
  const Act by_script = script_side(agent, one);
  json told = json::array();
  for (const std::string& text : one.story.empty() ? agent.story : one.story) {
    if (text.starts_with("!")) {
      shell(text.substr(1));
      continue;
    }
    const Step step = read_step(text);
    const bool is_plugins_turn = natively != step.other;
    int code = is_plugins_turn ? by_plugin(step) : by_script(step);
    if (step.left && is_plugins_turn) {
      EXPECT_EQ(code, kDeclined) << text;
      code = by_script(step);
    }
    told.push_back({{"step", text}, {"code", code}, {"state", agent.look()}});
  }
  return told;
}

bool is_listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void enter_namespaces() {
  ASSERT_EQ(::unshare(CLONE_NEWNET | CLONE_NEWNS), 0);
  ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  ASSERT_EQ(::mount("none", "/run", "tmpfs", 0, nullptr), 0);
  std::filesystem::create_directories("/run/resource-agents");
  std::filesystem::create_directories(kAttributes);
}

}  // namespace

void shell(const std::string& command) {
  ASSERT_EQ(std::system(command.c_str()), 0)  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
      << command;
}

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

std::string missing_program(const std::vector<std::string>& programs) {
  const auto missing = std::find_if(programs.begin(), programs.end(), [](const auto& program) {
    return output_of("command -v " + program).empty();
  });
  return missing == programs.end() ? "" : *missing;
}

bool has_filesystem(const std::string& fstype) {
  return !output_of("modprobe -q " + fstype + "; grep -w '" + fstype + "$' /proc/filesystems")
              .empty();
}

void build_attribute_tools() {
  std::ofstream("/run/set-attribute") << R"(#!/bin/sh
name=master-$OCF_RESOURCE_INSTANCE
while [ $# -gt 0 ]; do
  case $1 in
    -n) name=$2; shift ;;
    -v | -B | -U) value=$2; shift ;;
    -d) shift ;;
    -D) deleted=yes ;;
  esac
  shift
done
if [ -n "$deleted" ]; then rm -f "/run/attributes/$name"; else echo "$value" >"/run/attributes/$name"; fi
)";
  shell("chmod 755 /run/set-attribute");
  for (const std::string tool : {"/usr/sbin/attrd_updater", "/usr/sbin/crm_attribute"}) {
    if (std::filesystem::exists(tool)) {
      shell(fmt::format("mount --bind /run/set-attribute {}", tool));
    }
  }
}

void build_network() {
  shell("ip link set lo up");
  for (const std::string name : {"eth0", "eth1"}) {
    const std::string peer = "peer-" + name;
    shell(fmt::format("ip link add {} type veth peer name {}", name, peer));
    shell(fmt::format("ip link set {} up && ip link set {} up", peer, name));
  }
  shell("ip addr add 192.168.56.11/24 brd + dev eth0 && ip addr add fd00::11/64 dev eth0 nodad");
  shell("ip addr add 10.1.0.1/16 brd + dev eth1 && ip route add default via 10.1.0.254");
}

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

json apart(const Agent& agent, const std::function<json()>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    if (!agent.on_host) {
      enter_namespaces();
    }
    agent.build();
    std::string text = ::testing::Test::HasFatalFailure() ? "null" : work().dump();
    if (::testing::Test::HasFailure()) {
      text = "null";
    }
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
  const json brought = json::parse(text, nullptr, false);
  return brought.is_discarded() ? json() : brought;
}

json tell_natively(const Agent& agent, const Case& one) {
  return apart(agent, [&] { return tell(true, agent, one); });
}

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
void PrintTo(const Comparison& comparison, std::ostream* out) {
  *out << comparison.agent->type << " " << json(comparison.one.parameters).dump();
}

std::vector<Comparison> all_of(const Agent& agent, const std::vector<Case>& cases) {
  std::vector<Comparison> all;
  all.reserve(cases.size());
  for (const Case& one : cases) {
    all.push_back({&agent, one});
  }
  return all;
}

std::string name_of(const ::testing::TestParamInfo<Comparison>& info) {
  return info.param.one.name;
}

TEST_P(Parity, AnswersAndActsLikeTheScript) {
  const Agent& agent = *GetParam().agent;
  const Case& one = GetParam().one;
  if (!ocf::script_exists(installation(), agent.provider, agent.type)) {
    GTEST_SKIP() << "no script " << agent.provider << ":" << agent.type << " is installed";
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (agent.on_host && std::getenv(kHostMark) == nullptr) {
    GTEST_SKIP() << "needs a booted host of its own (tests/lab/units.py), marked by " << kHostMark;
  }
  if (const std::string lacking = agent.missing ? agent.missing() : ""; !lacking.empty()) {
    GTEST_SKIP() << "missing here: " << lacking;
  }
  const json native = tell_natively(agent, one);
  ASSERT_TRUE(native.is_array()) << "the native side brought nothing back";
  if (one.declined) {
    for (const json& step : native) {
      EXPECT_EQ(step["code"], kDeclined) << step.dump(1);
    }
    return;
  }
  for (const json& step : native) {
    EXPECT_NE(step["code"], kTimedOut) << step.dump(1);
  }
  if constexpr (kIsSanitized) {
    return;
  }
  const json script = apart(agent, [&] { return tell(false, agent, one); });
  ASSERT_EQ(native.size(), script.size());
  for (std::size_t i = 0; i < native.size(); ++i) {
    EXPECT_EQ(native[i], script[i])
        << "step " << i << "\nnative " << native[i].dump(1) << "\nscript " << script[i].dump(1);
  }
}

TEST_P(MetaData, NamesEveryParameterAndActionOfTheScript) {
  const Agent& agent = *GetParam();
  if (!ocf::script_exists(installation(), agent.provider, agent.type)) {
    GTEST_SKIP() << "no script " << agent.provider << ":" << agent.type << " is installed";
  }
  const auto script = ocf::describe_script(installation(), agent.provider, agent.type);
  ASSERT_TRUE(script) << script.error().context;
  const auto native = agent::describe(testing::load_plugin(plugin_directory(), agent.plugin));
  for (const agent::ParameterInfo& wanted : script->parameters) {
    const auto found = std::find_if(native.parameters.begin(), native.parameters.end(),
                                    [&](const auto& mine) { return mine.name == wanted.name; });
    const bool is_left = is_listed(agent.left_to_script, wanted.name);
    EXPECT_NE(found == native.parameters.end(), !is_left) << wanted.name;
    if (found != native.parameters.end()) {
      // Some scripts call required what they do without (Filesystem's fstype).
      EXPECT_TRUE(wanted.required || !found->required) << wanted.name;
      EXPECT_EQ(found->unique, wanted.unique) << wanted.name;
    }
  }
  for (const agent::ActionInfo& wanted : script->actions) {
    const auto found = std::find_if(native.actions.begin(), native.actions.end(),
                                    [&](const auto& mine) { return mine.name == wanted.name; });
    ASSERT_NE(found, native.actions.end()) << wanted.name;
    EXPECT_EQ(found->timeout, wanted.timeout) << wanted.name;
  }
}

}  // namespace mainstay::parity

int main(int argc, char** argv) {
  if (::geteuid() != 0) {
    std::puts("skipped: network and mount namespaces need root");
    return mainstay::parity::kSkipped;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
