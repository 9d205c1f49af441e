// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/conformance_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's

#include <filesystem>

#include "core/conformance/metadata_rules.h"
#include "core/ctl/agent_descriptions.h"
#include "core/ctl/cib_access.h"
#include "core/ctl/process.h"
#include "core/ctl/test_host.h"
#include "core/executor/catalog.h"
#include "core/executor/timer_service.h"
#include "ocf-compat/metadata_parser.h"
#include "ocf-compat/shell_agent.h"

namespace mainstay::ctl {
namespace {

using conformance::Answer;
using conformance::Check;
using conformance::Outcome;
using conformance::Verdict;

// Until an allocator and the host's threads have what they need; then as many as show a small leak.
constexpr long kWarmUp = 300;
constexpr long kMeasured = 3'000;
constexpr Duration kWarmUpLimit{1'000};
constexpr Duration kMeasureLimit{5'000};
constexpr Duration kNativeGrace{200};
constexpr Duration kShellGrace{3'000};

/// State files of what is tested must not meet those of the cluster.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_(std::filesystem::temp_directory_path() / "mainstay-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) {
      path_.clear();
    }
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<std::string> output_of(const std::vector<std::string>& command) {
  const auto ended = run_captured(command);
  if (!ended) {
    return ended.error();
  }
  if (ended->exit_status != 0) {
    return fail(Errc::not_found, ended->complaints.substr(0, ended->complaints.find('\n')));
  }
  return ended->output;
}

/// The file of the plugin that the cluster would use; empty: the script.
Result<std::string> plugin_for(const std::string& host_program, const model::AgentName& name,
                               const Options& parameters, bool script) {
  const auto text = output_of({host_program, "--catalog"});
  if (!text) {
    return text.error();
  }
  const auto catalog = executor::parse_catalog(*text);
  if (!catalog) {
    return catalog.error();
  }
  model::ActionRequest request;
  request.agent = executor::resolved(*catalog, name);
  request.parameters = {parameters.begin(), parameters.end()};
  request.force_shell = script;
  const executor::Route route =
      executor::route(*catalog, request, [](const model::AgentName& wanted) {
        return ocf::script_exists({}, wanted.provider, wanted.type);
      });
  if (!route.missing.empty()) {
    return fail(Errc::not_found, route.missing);
  }
  return route.host;
}

class Run {
 public:
  Run(const TestedAgent& agent, TestHost& host, const std::function<void(const Finding&)>& tell)
      : agent_(agent), host_(host), tell_(tell) {}

  std::vector<Finding> all() {
    check_metadata();
    if (check_actions()) {
      const std::string obstacle = conformance::obstacle_to_second(agent_.subject);
      if (!obstacle.empty()) {
        found("two instances run side by side", {Outcome::left_out, obstacle});
      }
      found(slowest_, {});
    }
    return std::move(findings_);
  }

 private:
  void found(const std::string& claim, Verdict verdict) {
    findings_.push_back({claim, std::move(verdict)});
    tell_(findings_.back());
  }

  void check_metadata() {
    const auto complaints =
        conformance::metadata_complaints(agent_.metadata, agent_.subject.info.type);
    found("meta-data is valid by OCF's resource agent API 1.1",
          complaints.empty()
              ? Verdict{}
              : Verdict{Outcome::failed, fmt::format("{}", fmt::join(complaints, "; "))});
  }

  /// False: it was ended early.
  bool check_actions() {
    bool touched = false;
    bool all_held = true;
    for (const Check& check : conformance::checks_for(agent_.subject)) {
      const Verdict verdict = perform(check);
      all_held = all_held && verdict.outcome != Outcome::failed;
      found(check.claim, verdict);
      if (verdict.outcome == Outcome::failed && check.essential) {
        found("the other checks",
              {Outcome::left_out, touched ? "they mean nothing without this one"
                                          : "nothing is done to what may be in use"});
        if (touched) {
          host_.run(conformance::clean_up(agent_.subject));
        }
        return false;
      }
      touched = true;
    }
    if (!all_held) {
      host_.run(conformance::clean_up(agent_.subject));
    }
    return true;
  }

  Verdict perform(const Check& check) {
    if (check.host == conformance::Host::fresh) {
      host_.end();
    }
    if (check.host == conformance::Host::measured) {
      return measure(check);
    }
    const std::vector<Answer> answers = host_.run(check.steps);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      remember(check.steps[i], answers[i]);
    }
    return conformance::judge(check, answers);
  }

  void remember(const conformance::Step& step, const Answer& answer) {
    const double share =
        static_cast<double>(answer.took.count()) / static_cast<double>(step.timeout.count());
    if (slowest_.empty() || share > slowest_share_) {
      slowest_share_ = share;
      slowest_ = fmt::format("no action came nearer to its timeout than {}: {} ms of {} ms",
                             step.action, answer.took.count(), step.timeout.count());
    }
  }

  Verdict measure(const Check& check) {
    long ignored = 0;
    if (Verdict warmed = repeat(check, kWarmUp, kWarmUpLimit, ignored);
        warmed.outcome != Outcome::held) {
      return warmed;
    }
    const auto before = host_.use();
    long done = 0;
    Verdict verdict = repeat(check, kMeasured, kMeasureLimit, done);
    const auto after = host_.use();
    if (verdict.outcome != Outcome::held || !before || !after) {
      return verdict;
    }
    return conformance::judge_growth(*before, *after, done);
  }

  Verdict repeat(const Check& check, long times, Duration limit, long& done) {
    const TimePoint end = executor::steady_now() + limit;
    Verdict verdict;
    while (verdict.outcome == Outcome::held && done < times && executor::steady_now() < end) {
      verdict = conformance::judge(check, host_.run(check.steps));
      ++done;
    }
    return verdict;
  }

  const TestedAgent& agent_;
  TestHost& host_;
  const std::function<void(const Finding&)>& tell_;
  std::vector<Finding> findings_;
  std::string slowest_;
  double slowest_share_ = 0;
};

bool is_file(const std::string& agent) {
  return agent.find('/') != std::string::npos || agent.ends_with(".so");
}

}  // namespace

Result<TestedAgent> find_tested_agent(const std::string& host_program, const std::string& agent,
                                      const Options& parameters, const Options& second,
                                      bool script) {
  TestedAgent tested;
  std::string described = agent;
  if (is_file(agent)) {
    tested.file = std::filesystem::absolute(agent);
    described = tested.file;
  } else {
    const auto name = AgentDescriptions(host_program).complete(agent);
    if (!name) {
      return name.error();
    }
    tested.name = *name;
    const auto plugin = plugin_for(host_program, *name, parameters, script);
    if (!plugin) {
      return plugin.error();
    }
    tested.file = *plugin;
    // A plugin for a whole class does not know which type it is asked for.
    described = name->standard == "ocf" ? tested.file : name->text();
  }
  tested.subject.native = !tested.file.empty();
  const auto metadata = tested.subject.native
                            ? output_of({host_program, "--describe", described})
                            : ocf::script_metadata({}, tested.name.provider, tested.name.type);
  if (!metadata) {
    return metadata.error();
  }
  auto info = ocf::parse_metadata(*metadata);
  if (!info) {
    return within("meta-data of " + agent, info.error());
  }
  if (info->type == "*") {
    return fail(Errc::invalid_input,
                "this plugin serves every type of a class: name one, as "
                "systemd:TYPE");
  }
  tested.metadata = *metadata;
  if (tested.name.type.empty()) {
    tested.name = {"ocf", "", info->type};
  }
  if (!tested.subject.native) {
    tested.file = ocf::script_path({}, tested.name.provider, tested.name.type);
    info->type = tested.name.type;
  }
  tested.subject.info = std::move(*info);
  tested.subject.parameters = parameters;
  tested.subject.second = second;
  tested.subject.node = host_name();
  return tested;
}

Result<std::vector<Finding>> run_conformance(const std::string& host_program,
                                             const TestedAgent& agent,
                                             const std::function<void(const Finding&)>& tell) {
  const TemporaryDirectory state;
  if (state.path().empty()) {
    return fail_errno("directory for the state of what is tested");
  }
  std::vector<std::string> arguments = {host_program};
  if (agent.subject.native) {
    arguments.insert(arguments.end(), {"--plugin", agent.file});
  } else {
    arguments.emplace_back("--shell");
  }
  arguments.insert(arguments.end(), {"--state-dir", state.path()});
  TestHost host(agent.name, std::move(arguments),
                agent.subject.native ? kNativeGrace : kShellGrace);
  return Run(agent, host, tell).all();
}

}  // namespace mainstay::ctl
