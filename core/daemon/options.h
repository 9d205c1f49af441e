// SPDX-License-Identifier: Apache-2.0
// What mainstayd can be told, by command line and by mainstay.conf.
#pragma once

#include <string>

#include "core/base/log.h"

namespace mainstay::daemon {

enum class MembershipKind { automatic, corosync, standalone };

struct Options {
  /// automatic: corosync if /etc/corosync/corosync.conf exists, else standalone.
  MembershipKind membership = MembershipKind::automatic;
  std::string node_name;    ///< standalone only; empty: `uname -n`
  std::string state_dir;    ///< the CIB lives in <state_dir>/cib
  std::string run_dir;      ///< control socket and lock
  std::string agent_dir;    ///< agent plugins
  std::string libexec_dir;  ///< mainstay-agent-host, mainstay-cib-writer
  LogLevel log_level = LogLevel::info;

  std::string socket_path() const { return run_dir + "/mainstayd.sock"; }
  std::string cib_dir() const { return state_dir + "/cib"; }
};

/// What main() should do after the command line was read.
struct ParsedOptions {
  Options options;
  bool run =
      true;  ///< false: end now with `exit_code` (help, version, bad usage; the text is printed)
  int exit_code = 0;
};

ParsedOptions parse_options(int argc, char** argv);

}  // namespace mainstay::daemon
