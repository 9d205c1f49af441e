// SPDX-License-Identifier: Apache-2.0
// `mainstay agent …`: for those who write agents.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "core/ctl/agent_project.h"
#include "core/ctl/conformance_run.h"
#include "core/ctl/invocation.h"

namespace mainstay::ctl {
namespace {

using conformance::Outcome;

const char* outcome_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::held:
      return "ok";
    case Outcome::failed:
      return "FAILED";
    case Outcome::left_out:
      return "left out";
  }
  return "";
}

std::string finding_text(const Finding& finding) {
  return fmt::format("{:<8}  {}{}{}\n", outcome_text(finding.verdict.outcome), finding.claim,
                     finding.verdict.detail.empty() ? "" : ": ", finding.verdict.detail);
}

auto count(const std::vector<Finding>& findings, Outcome outcome) {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.verdict.outcome == outcome; });
}

std::string findings_json(const TestedAgent& agent, const std::vector<Finding>& findings) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"check", finding.claim},
                      {"result", outcome_text(finding.verdict.outcome)},
                      {"detail", finding.verdict.detail}});
  }
  const nlohmann::ordered_json all = {{"agent", agent.name.text()},
                                      {"file", agent.file},
                                      {"native", agent.subject.native},
                                      {"held", count(findings, Outcome::held)},
                                      {"failed", count(findings, Outcome::failed)},
                                      {"left_out", count(findings, Outcome::left_out)},
                                      {"checks", checks}};
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

int report(const Invocation& invocation, const TestedAgent& agent) {
  const auto findings =
      run_conformance(libexec_program("mainstay-agent-host"), agent, [&](const Finding& finding) {
        if (!invocation.json) {
          print(finding_text(finding));
        }
      });
  if (!findings) {
    return complain(findings.error());
  }
  const auto failed = count(*findings, Outcome::failed);
  if (invocation.json) {
    print(findings_json(agent, *findings));
  } else {
    print(fmt::format("{} checks: {} ok, {} failed, {} left out\n", findings->size(),
                      count(*findings, Outcome::held), failed,
                      count(*findings, Outcome::left_out)));
  }
  return failed == 0 ? kDone : kFailed;
}

int test(const Invocation& invocation) {
  const Words& words = invocation.words;
  if (words.empty()) {
    tell("Error: agent test wants an agent; see --help");
    return kBadUsage;
  }
  const auto second = std::find(words.begin() + 1, words.end(), "second");
  const auto parameters = parse_options(Words(words.begin() + 1, second));
  const auto others = second == words.end() ? Result<Options>(Options{})
                                            : parse_options(Words(std::next(second), words.end()));
  for (const auto* options : {&parameters, &others}) {
    if (!*options) {
      return complain(options->error());
    }
  }
  const auto agent = find_tested_agent(libexec_program("mainstay-agent-host"), words.front(),
                                       *parameters, *others, invocation.script);
  if (!agent) {
    return complain(agent.error());
  }
  if (!invocation.json) {
    print(fmt::format("{} {}\n", agent->subject.native ? "plugin" : "script", agent->file));
  }
  return report(invocation, *agent);
}

int create(const Invocation& invocation) {
  if (invocation.words.size() != 1) {
    tell("Error: agent new wants one name; see --help");
    return kBadUsage;
  }
  const std::string& name = invocation.words.front();
  const std::string provider = invocation.group.empty() ? "local" : invocation.group;
  const auto files = agent_project(name, provider);
  if (!files) {
    return complain(files.error());
  }
  const std::string directory = invocation.output.empty() ? name : invocation.output;
  if (const Status written = write_files(directory, *files); !written) {
    return complain(written.error());
  }
  print(fmt::format("{}: the agent ocf:{}:{}, ready to build. Go on with:\n\n", directory, provider,
                    name));
  print(
      fmt::format("    cd {}\n    cmake -B build && cmake --build build\n"
                  "    ctest --test-dir build --output-on-failure\n",
                  directory));
  return kDone;
}

void fill_agent(Grammar agent, Invocation& invocation) {
  Grammar command = add_command(agent, invocation, "new",
                                "Write the project of a new agent: source, build, test, README",
                                "NAME, the agent's type", create);
  command.add_option("--directory", invocation.output, "Where to put it; ./NAME if not given");
  command.add_option("--provider", invocation.group, "Whose agent it is; local if not given");
  command = add_command(
      agent, invocation, "test",
      "Test an agent: start, monitor, promote, stop a resource of it many times, here and now. "
      "The cluster does not take part; what runs already is not touched",
      "FILE.so|CLASS:[PROVIDER:]TYPE [NAME=VALUE]… [second NAME=VALUE…]: parameters, and those of "
      "a second instance that differ",
      test);
  command.add_flag("--script", invocation.script, "The script, even if there is a native agent");
  command.add_flag("--json", invocation.json, "For programs");
}

}  // namespace

void add_agent_commands(Grammar app, Invocation& invocation) {
  add_group(app, invocation, "agent", "Write and test resource agents", fill_agent);
}

}  // namespace mainstay::ctl
