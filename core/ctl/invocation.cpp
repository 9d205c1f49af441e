// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "core/ctl/cib_index.h"

namespace mainstay::ctl {
namespace {

/// "-INFINITY" and "-10" are scores here, never options.
std::string protect_score(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' && is_score(argument) ? "score=" + argument
                                                                         : argument;
}

}  // namespace

Grammar add_command(Grammar group, Invocation& invocation, const char* name,
                    const char* description, const char* grammar, Command command) {
  const Grammar added =
      group.add_command(name, description, [&invocation, command] { invocation.run = command; });
  if (*grammar != '\0') {
    added.add_words(invocation.words, grammar);
  }
  added.add_flag("--force", invocation.force, "Override checks and errors");
  return added;
}

void add_wait(Grammar command, Invocation& invocation) {
  command.add_flag("--wait{3600}", invocation.wait,
                   "Wait for the cluster to settle, at most N seconds (3600)");
}

void add_group(Grammar parent, Invocation& invocation, const char* name, const char* description,
               Fill fill, Command command) {
  std::function<void()> alone;
  if (command != nullptr) {
    alone = [&invocation, command] { invocation.run = command; };
  }
  parent.add_group(
      name, description, [&invocation, fill](Grammar group) { fill(group, invocation); },
      std::move(alone));
}

void print(const std::string& text) {
  fmt::print("{}", text);
}
void tell(const std::string& line) {
  fmt::print(stderr, "{}\n", line);
}

int complain(const Error& error) {
  tell("Error: " + error.context);
  return kFailed;
}

std::optional<Duration> patience(const Invocation& invocation) {
  if (invocation.wait.empty()) {
    return std::nullopt;
  }
  const long seconds = std::strtol(invocation.wait.c_str(), nullptr, 10);
  return std::chrono::seconds(std::clamp(seconds, 1L, 86'400L));
}

int carry_out(const Invocation& invocation, const Result<Plan>& plan) {
  if (!plan) {
    return complain(plan.error());
  }
  for (const std::string& warning : plan->warnings) {
    tell("Warning: " + warning);
  }
  const CibAccess cib = invocation.cib();
  const auto applied = cib.apply(plan->change);
  if (!applied) {
    return complain(applied.error());
  }
  for (const std::string& message : plan->messages) {
    tell(message);
  }
  const auto limit = patience(invocation);
  if (limit) {
    const auto idle = cib.await_idle(limit);
    if (!idle) {
      return complain(idle.error());
    }
    if (!idle->empty()) {
      tell(*idle);
    }
  }
  return kDone;
}

Result<Words> chosen_nodes(const Invocation& invocation, const Snapshot& snapshot) {
  if (invocation.all) {
    if (!invocation.words.empty()) {
      return fail(Errc::invalid_input, "Cannot specify both --all and a list of nodes");
    }
    return node_names(snapshot.cib);
  }
  if (!invocation.words.empty()) {
    return invocation.words;
  }
  return Words{snapshot.cluster ? snapshot.cluster->self.name : host_name()};
}

int run_command_line(int argc, char** argv) {
  const CommandLine command_line("mainstay", "Configures, runs and shows a mainstay cluster.");
  const Grammar app = command_line.grammar();
  Invocation invocation;
  command_line.require_command();
  command_line.set_version(MAINSTAY_VERSION);
  app.add_option("-f", invocation.cib_file, "Work on this CIB file instead of the cluster");
  app.add_option("--socket", invocation.socket, "Control socket of mainstayd")
      .from_environment("MAINSTAY_SOCKET");
  add_status_commands(app, invocation);
  add_cluster_commands(app, invocation);
  add_resource_commands(app, invocation);
  add_agents_command(app, invocation);
  add_constraint_commands(app, invocation);
  add_settings_commands(app, invocation);
  add_cib_commands(app, invocation);
  add_plan_commands(app, invocation);
  add_agent_commands(app, invocation);
  std::vector<std::string> arguments;
  std::transform(argv + std::min(argc, 1), argv + argc, std::back_inserter(arguments),
                 protect_score);
  if (const auto stop = command_line.read(std::move(arguments))) {
    if (stop->served) {
      return kDone;
    }
    fmt::print(stderr, "Error: {}\n\n{}", stop->fault, stop->help);
    return kBadUsage;
  }
  return invocation.run == nullptr ? kBadUsage : invocation.run(invocation);
}

}  // namespace mainstay::ctl
