// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/test_host.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <boost/asio/io_context.hpp>

#include "core/executor/host_process.h"
#include "core/executor/timer_service.h"

namespace mainstay::ctl {
namespace {

constexpr Duration kReadyLimit{10'000};

executor::RunFrame frame_of(std::uint64_t id, const model::AgentName& agent,
                            const conformance::Step& step) {
  executor::RunFrame frame;
  frame.id = id;
  frame.resource = step.resource;
  frame.standard = agent.standard;
  frame.provider = agent.provider;
  frame.type = agent.type;
  frame.action = step.action;
  frame.parameters = step.parameters;
  frame.meta = step.meta;
  frame.timeout = step.timeout;
  frame.interval = step.interval;
  return frame;
}

/// The number behind "Name:" in /proc/PID/status.
long status_number(int pid, const std::string& name) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; in >> word;) {
    if (word == name + ":") {
      long value = 0;
      in >> value;
      return value;
    }
  }
  return 0;
}

}  // namespace

class TestHost::Reactor {
 public:
  Reactor(model::AgentName agent, std::vector<std::string> arguments, Duration grace)
      : agent_(std::move(agent)), arguments_(std::move(arguments)), grace_(grace) {}

  std::vector<conformance::Answer> run(const std::vector<conformance::Step>& steps) {
    std::vector<conformance::Answer> answers(steps.size());
    if (const std::string fault = be_ready(); !fault.empty()) {
      for (conformance::Answer& answer : answers) {
        answer.fault = fault;
      }
      return answers;
    }
    running_.clear();
    Duration longest{0};
    const TimePoint begin = executor::steady_now();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      longest = std::max(longest, steps[i].timeout);
      running_[++last_id_] = &answers[i];
      if (const Status sent = process_->send(frame_of(last_id_, agent_, steps[i])); !sent) {
        answers[i].fault = sent.error().context;
        running_.erase(last_id_);
      }
    }
    begin_ = begin;
    wait(begin + longest + grace_, [this] { return running_.empty() || !process_; });
    for (const auto& [id, answer] : running_) {
      answer->timed_out = process_.has_value();
      answer->fault = fault_;
      answer->took = executor::steady_now() - begin;
    }
    if (!running_.empty()) {
      end();
    }
    return answers;
  }

  void end() {
    process_.reset();
    running_.clear();
  }

  int pid() const { return process_ ? process_->pid() : 0; }

 private:
  template <class Condition>
  void wait(TimePoint limit, Condition done) {
    while (!done()) {
      const Duration left = limit - executor::steady_now();
      if (left <= Duration(0)) {
        return;
      }
      reactor_.restart();
      reactor_.run_one_for(left);
      if (gone_) {
        process_.reset();
        gone_ = false;
      }
    }
  }

  /// Empty if there is a host that can be used.
  std::string be_ready() {
    if (process_) {
      return {};
    }
    ready_ = false;
    gone_ = false;
    fault_.clear();
    auto started = executor::HostProcess::start(
        reactor_, arguments_,
        {.on_frame = [this](const executor::Frame& frame) { on_frame(frame); },
         .on_gone =
             [this](const std::string& fault) {
               gone_ = true;
               if (fault_.empty()) {
                 fault_ = "its agent host ended (" + fault + ")";
               }
             }});
    if (!started) {
      return started.error().context;
    }
    process_.emplace(std::move(*started));
    wait(executor::steady_now() + kReadyLimit, [this] { return ready_ || !process_; });
    if (!ready_ && process_) {
      process_.reset();
      return "its agent host was not ready after 10 s";
    }
    return process_ ? std::string() : fault_;
  }

  void on_frame(const executor::Frame& frame) {
    if (const auto* hello = std::get_if<executor::ReadyFrame>(&frame)) {
      ready_ = hello->failure.empty();
      fault_ = hello->failure;
    } else if (const auto* ended = std::get_if<executor::EndedFrame>(&frame)) {
      const auto found = running_.find(ended->id);
      if (found == running_.end()) {
        return;
      }
      conformance::Answer& answer = *found->second;
      answer.exit_code = ended->exit_code;
      answer.reason = ended->reason;
      answer.timed_out = ended->ending == executor::Ending::timed_out;
      answer.took = executor::steady_now() - begin_;
      if (ended->ending == executor::Ending::declined) {
        answer.fault = "it leaves these parameters to the script: " + ended->reason;
      }
      running_.erase(found);
    }
  }

  model::AgentName agent_;
  std::vector<std::string> arguments_;
  Duration grace_;
  boost::asio::io_context reactor_;
  std::optional<executor::HostProcess> process_;
  bool ready_ = false;
  bool gone_ = false;
  std::string fault_;
  std::uint64_t last_id_ = 0;
  TimePoint begin_;
  std::map<std::uint64_t, conformance::Answer*> running_;
};

TestHost::TestHost(model::AgentName agent, std::vector<std::string> arguments, Duration grace)
    : reactor_(std::make_unique<Reactor>(std::move(agent), std::move(arguments), grace)) {}
TestHost::~TestHost() = default;

std::vector<conformance::Answer> TestHost::run(const std::vector<conformance::Step>& steps) {
  return reactor_->run(steps);
}

void TestHost::end() {
  reactor_->end();
}

std::optional<conformance::Use> TestHost::use() const {
  const int pid = reactor_->pid();
  if (pid == 0) {
    return std::nullopt;
  }
  conformance::Use use;
  std::error_code failure;
  const std::filesystem::directory_iterator descriptors("/proc/" + std::to_string(pid) + "/fd",
                                                        failure);
  use.descriptors = failure ? 0 : std::distance(descriptors, std::filesystem::directory_iterator());
  use.threads = status_number(pid, "Threads");
  use.memory_kib = status_number(pid, "RssAnon");
  return use;
}

}  // namespace mainstay::ctl
