// SPDX-License-Identifier: Apache-2.0
// What one monitor costs in CPU time, the trip to the agent host and back included: native beside
// the script, in one run.
//
//     bench_monitor [--agent=ocf:heartbeat:Dummy] [PARAMETER=VALUE …] [--benchmark_…]
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/executor/agent_executor.h"

namespace {

using mainstay::Duration;
using mainstay::executor::AgentExecutor;
using mainstay::model::ActionOutcome;
using mainstay::model::ActionRequest;

struct Subject {
  std::string agent = "ocf:heartbeat:Dummy";
  mainstay::model::Values parameters;
};

double cpu_us(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// CPU time of the processes that a process has waited for, in the kernel's ticks of 10 ms.
double children_cpu_us(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(in, line);
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 16; ++field) {
    rest >> skipped;
  }
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Bench {
 public:
  Bench(const Subject& subject, bool shell) : subject_(subject), shell_(shell) {
    std::string pattern = std::filesystem::temp_directory_path() / "mainstay-bench-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    mainstay::executor::AgentExecutorOptions options;
    options.host_program = AGENT_HOST_PROGRAM;
    options.plugin_directory = AGENT_PLUGIN_DIR;
    options.state_directory = directory_;
    executor_.emplace(reactor_, timers_, options);
  }
  ~Bench() {
    executor_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  ActionOutcome perform(const std::string& action) {
    ActionRequest request;
    request.call_id = ++last_call_;
    request.resource = "bench";
    request.agent = *mainstay::model::AgentName::parse(subject_.agent);
    request.action = action;
    request.parameters = subject_.parameters;
    request.force_shell = shell_;
    request.interval = Duration(action == "monitor" ? 10'000 : 0);
    std::optional<ActionOutcome> outcome;
    executor_->run(request, [&](ActionOutcome ended) { outcome = std::move(ended); });
    while (!outcome) {
      reactor_.restart();
      reactor_.run_one();
    }
    return *outcome;
  }

  int host() const {
    if (shell_) {
      return executor_->host_pid("");
    }
    const auto name = *mainstay::model::AgentName::parse(subject_.agent);
    for (const auto& native : executor_->catalog().agents) {
      if (native.standard == name.standard && native.provider == name.provider &&
          (native.type == name.type || native.type == "*")) {
        return executor_->host_pid(native.file);
      }
    }
    return 0;
  }

 private:
  const Subject& subject_;
  bool shell_;
  std::string directory_;
  boost::asio::io_context reactor_;
  mainstay::executor::TimerService timers_{reactor_};
  std::optional<AgentExecutor> executor_;
  std::uint64_t last_call_ = 0;
};

void monitor(benchmark::State& state, const Subject& subject, bool shell) {
  Bench bench(subject, shell);
  const ActionOutcome started = bench.perform("start");
  clockid_t host_clock{};
  if (started.exit_code != 0 || ::clock_getcpuclockid(bench.host(), &host_clock) != 0) {
    state.SkipWithError(("start failed: " + started.exit_reason).c_str());
    return;
  }
  const double own_before = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
  const double host_before = cpu_us(host_clock);
  const double scripts_before = children_cpu_us(bench.host());
  for ([[maybe_unused]] const auto round : state) {
    if (const ActionOutcome outcome = bench.perform("monitor"); outcome.exit_code != 0) {
      state.SkipWithError(("monitor failed: " + outcome.exit_reason).c_str());
      break;
    }
  }
  const double own = cpu_us(CLOCK_PROCESS_CPUTIME_ID) - own_before;
  const double host = cpu_us(host_clock) - host_before;
  const double scripts = children_cpu_us(bench.host()) - scripts_before;
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["executor_us"] = own / rounds;
  state.counters["host_us"] = host / rounds;
  state.counters["scripts_us"] = scripts / rounds;
  state.counters["cpu_us"] = (own + host + scripts) / rounds;
  bench.perform("stop");
}

}  // namespace

int main(int argc, char** argv) {
  Subject subject;
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (argument.starts_with("--agent=")) {
      subject.agent = argument.substr(equals + 1);
    } else if (equals != std::string::npos && !argument.starts_with("--")) {
      subject.parameters[argument.substr(0, equals)] = argument.substr(equals + 1);
    } else {
      std::fprintf(stderr, "bench_monitor: unknown argument %s\n", argv[i]);
      return 2;
    }
  }
  benchmark::RegisterBenchmark((subject.agent + "/native").c_str(),
                               [&](benchmark::State& state) { monitor(state, subject, false); });
  const auto name = *mainstay::model::AgentName::parse(subject.agent);
  if (std::filesystem::exists("/usr/lib/ocf/resource.d/" + name.provider + "/" + name.type)) {
    benchmark::RegisterBenchmark((subject.agent + "/shell").c_str(), [&](benchmark::State& state) {
      monitor(state, subject, true);
    })->Iterations(50);
  } else {
    std::puts("no script of that name is installed: the native agent alone");
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
