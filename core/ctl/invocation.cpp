// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "core/ctl/cib_index.h"
#include "core/ctl/suggestion.h"

namespace mainstay::ctl {
namespace {

/// "-INFINITY" and "-10" are scores here, never options.
std::string protect_score(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' && is_score(argument) ? "score=" + argument
                                                                         : argument;
}

const CLI::App* deepest(const CLI::App* app) {
  const auto chosen = app->get_subcommands();
  return chosen.empty() ? app : deepest(chosen.front());
}

/// The library says "a subcommand is required" where one was given that it does not know.
std::string describe(const CLI::App& group, const CLI::ParseError& error) {
  std::vector<std::string> known;
  for (const CLI::App* command : group.get_subcommands(nullptr)) {
    known.push_back(command->get_name());
  }
  const std::vector<std::string> words = group.remaining();
  if (known.empty() || words.empty()) {
    return error.what();
  }
  const std::string meant = nearest_word(words.front(), known);
  return fmt::format("unknown command '{}'{}", words.front(),
                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
}

int complain_of_usage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& group = *deepest(&app);
  fmt::print(stderr, "Error: {}\n\n{}", describe(group, error), group.help());
  return kBadUsage;
}

}  // namespace

CLI::App* add_command(CLI::App& group, Invocation& invocation, const char* name,
                      const char* description, const char* grammar, Command command) {
  CLI::App* added = group.add_subcommand(name, description);
  if (*grammar != '\0') {
    added->add_option("words", invocation.words, grammar)->option_text(" ")->expected(0, -1);
  }
  added->add_flag("--force", invocation.force, "Override checks and errors");
  added->callback([&invocation, command] { invocation.run = command; });
  return added;
}

void add_wait(CLI::App* command, Invocation& invocation) {
  command->add_flag("--wait{3600}", invocation.wait,
                    "Wait for the cluster to settle, at most N seconds (3600)");
}

void add_group(CLI::App& parent, Invocation& invocation, const char* name, const char* description,
               Fill fill, Command command) {
  CLI::App* added = parent.add_subcommand(name, description);
  added->require_subcommand(command == nullptr ? 1 : 0, 1);
  added->preparse_callback([added, &invocation, fill](std::size_t) { fill(*added, invocation); });
  if (command != nullptr) {
    added->callback([added, &invocation, command] {
      if (added->get_subcommands().empty()) {
        invocation.run = command;
      }
    });
  }
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
  CLI::App app{"Configures, runs and shows a mainstay cluster.", "mainstay"};
  Invocation invocation;
  app.require_subcommand(1);
  app.set_version_flag("--version", MAINSTAY_VERSION);
  app.add_option("-f", invocation.cib_file, "Work on this CIB file instead of the cluster");
  app.add_option("--socket", invocation.socket, "Control socket of mainstayd")
      ->envname("MAINSTAY_SOCKET")
      ->capture_default_str();
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
  for (int i = argc - 1; i > 0; --i) {  // CLI11 wants them last first.
    arguments.push_back(protect_score(argv[i]));
  }
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return complain_of_usage(app, error);
  }
  return invocation.run == nullptr ? kBadUsage : invocation.run(invocation);
}

}  // namespace mainstay::ctl
