// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/options.h"

#include <map>

#include <CLI/CLI.hpp>

#include "core/daemon/install_paths.h"

namespace mainstay::daemon {

ParsedOptions parse_options(int argc, char** argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  options.state_dir = kStateDir;
  options.run_dir = kRunDir;
  options.agent_dir = kAgentDir;
  options.libexec_dir = kLibexecDir;

  const std::map<std::string, MembershipKind> kinds{{"auto", MembershipKind::automatic},
                                                    {"corosync", MembershipKind::corosync},
                                                    {"standalone", MembershipKind::standalone}};
  const std::map<std::string, LogLevel> levels{{"error", LogLevel::error},
                                               {"warning", LogLevel::warning},
                                               {"notice", LogLevel::notice},
                                               {"info", LogLevel::info},
                                               {"debug", LogLevel::debug}};

  CLI::App app{"mainstay's cluster resource manager daemon", "mainstayd"};
  app.set_version_flag("--version", std::string("mainstayd ") + kVersion);
  app.set_config("--config", kConfigFile, "Configuration file (option = value)");
  app.add_option("--membership", options.membership, "auto, corosync or standalone")
      ->transform(CLI::CheckedTransformer(kinds, CLI::ignore_case))
      ->take_last();
  app.add_option("--node-name", options.node_name, "This host's name when standalone")->take_last();
  app.add_option("--state-dir", options.state_dir, "Where the CIB is kept")
      ->take_last()
      ->capture_default_str();
  app.add_option("--run-dir", options.run_dir, "Where socket and lock are made")
      ->take_last()
      ->capture_default_str();
  app.add_option("--agent-dir", options.agent_dir, "Where agent plugins are found")
      ->take_last()
      ->capture_default_str();
  app.add_option("--libexec-dir", options.libexec_dir, "Where helper programs are found")
      ->take_last()
      ->capture_default_str();
  app.add_option("--log-level", options.log_level, "error, warning, notice, info or debug")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
      ->take_last();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.run = false;
    parsed.exit_code = app.exit(error);
  }
  return parsed;
}

}  // namespace mainstay::daemon
