// SPDX-License-Identifier: Apache-2.0
// Commands on other hosts over the system's ssh, many hosts at once, never asking anything.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mainstay::membership {

struct RemoteCommand {
  std::string host;               ///< as ssh takes it
  std::vector<std::string> argv;  ///< quoted for the remote shell by us
  std::string input;              ///< its standard input
};

struct RemoteOutcome {
  std::string host;
  /// Why the command did not succeed there: "node2: ssh: connect to host …" with the last line that
  /// was said, or "node2: exit status 3". Nothing if it exited with 0.
  std::optional<Error> error;
  int exit_status = -1;  ///< 255: ssh's own failure; -1: did not end by itself
  std::string output;    ///< standard output, the first kMaxOutput bytes
  std::string complaints;
};

struct RemoteOptions {
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds timeout{60};  ///< for everything; what still runs then is killed
  std::vector<std::string> ssh{"ssh"};
};

inline constexpr std::size_t kMaxRemoteOutput = 256UL * 1024;

/// Runs each command, all at the same time, and waits for all. Outcomes stand in the order of the
/// commands. Blocks: for the command line, not for the daemon.
std::vector<RemoteOutcome> run_remote(const std::vector<RemoteCommand>& commands,
                                      const RemoteOptions& options = {});

/// The command that writes a file on a host whole or not at all; a connection that breaks in the
/// middle leaves the old file. `mode` as in chmod, 0400.
RemoteCommand remote_file(std::string host, const std::string& path, unsigned mode,
                          std::string content);

/// "'it'\''s'": one word for a POSIX shell.
std::string shell_quote(const std::string& word);

}  // namespace mainstay::membership
