// SPDX-License-Identifier: Apache-2.0
// One run of the program: what was typed, and the small things that all commands do.
#pragma once

#include <optional>
#include <string>

#include "core/ctl/agent_descriptions.h"
#include "core/ctl/cib_access.h"
#include "core/ctl/grammar.h"
#include "core/ctl/process.h"
#include "core/ctl/resource_create.h"
#include "core/ctl/text.h"

namespace mainstay::ctl {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadUsage = 2;
inline constexpr int kConfigInvalid = 78;  ///< crm_verify's

/// Filled by the command line; only one command is chosen, so all share these.
struct Invocation {
  std::string socket = control::kDefaultSocket;
  std::string cib_file;
  Words words;  ///< positional words of the command
  std::string group;
  std::string before;
  std::string after;
  std::string name;
  std::string output;  ///< a file to write
  std::string wait;    ///< seconds; empty: do not wait
  bool force = false;
  bool full = false;
  bool json = false;
  bool all = false;
  bool local = false;
  bool start = false;
  bool enable = false;
  bool disabled = false;
  bool no_default_ops = false;
  bool script = false;
  int (*run)(const Invocation&) = nullptr;

  CibAccess cib() const { return {socket, cib_file}; }
  AgentDescriptions agents() const {
    return AgentDescriptions(libexec_program("mainstay-agent-host"));
  }
};

using Command = int (*)(const Invocation&);

/// A command with positional words; `grammar` says which. Every one takes --force.
Grammar add_command(Grammar group, Invocation& invocation, const char* name,
                    const char* description, const char* grammar, Command command);
/// Gives a command --wait[=SECONDS].
void add_wait(Grammar command, Invocation& invocation);
/// Adds the commands of a group.
using Fill = void (*)(Grammar group, Invocation& invocation);
/// A group of commands; with a `command` it may stand alone.
void add_group(Grammar parent, Invocation& invocation, const char* name, const char* description,
               Fill fill, Command command = nullptr);

/// "Error: …" on stderr; kFailed.
int complain(const Error& error);
void print(const std::string& text);
void tell(const std::string& line);  ///< one line on stderr

/// Warns, applies, says. Waits for the cluster if --wait was given.
int carry_out(const Invocation& invocation, const Result<Plan>& plan);
/// Loads the CIB and carries out what `make` plans for it.
template <class Make>
int change_cib(const Invocation& invocation, Make make) {
  const auto snapshot = invocation.cib().load();
  return snapshot ? carry_out(invocation, make(snapshot->cib)) : complain(snapshot.error());
}

/// --wait's seconds, or nothing.
std::optional<Duration> patience(const Invocation& invocation);

/// The nodes of the command: its words, all with --all, else this one.
Result<Words> chosen_nodes(const Invocation& invocation, const Snapshot& snapshot);

void add_resource_commands(Grammar app, Invocation& invocation);
/// group, clone, op and defaults below `resource`.
void add_resource_parts(Grammar resource, Invocation& invocation);
/// list, standards, providers and describe below `resource`; the same list as `agents`.
void add_agent_lists(Grammar resource, Invocation& invocation);
void add_agents_command(Grammar app, Invocation& invocation);
/// attribute and utilization below `node`, utilization below `resource`.
void add_node_attributes(Grammar node, Invocation& invocation);
void add_resource_attributes(Grammar resource, Invocation& invocation);
void add_constraint_commands(Grammar app, Invocation& invocation);
void add_settings_commands(Grammar app, Invocation& invocation);
void add_cib_commands(Grammar app, Invocation& invocation);
void add_plan_commands(Grammar app, Invocation& invocation);
void add_status_commands(Grammar app, Invocation& invocation);
void add_cluster_commands(Grammar app, Invocation& invocation);
void add_agent_commands(Grammar app, Invocation& invocation);

int move_resource(const Invocation& invocation);
int delete_resource(const Invocation& invocation);

/// The program.
int run_command_line(int argc, char** argv);

}  // namespace mainstay::ctl
