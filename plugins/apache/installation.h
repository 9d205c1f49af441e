// SPDX-License-Identifier: Apache-2.0
// The web server as distributions install it, and who has started the one that runs. Reads the disk
// and /proc.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mainstay::apache {

struct Distribution {
  const char* config_file;
  const char* unit;
  const char* pid_file;                  ///< where that configuration has it
  std::vector<std::string> config_test;  ///< fails on a wrong configuration; empty: there is none
};

/// By the main configuration file that is there; null if there is none of those known.
const Distribution* find_distribution();

/// The program that the script would run: the configured one if it can be run, else the first of
/// the usual ones. None: there is no web server.
std::optional<std::string> find_program(const std::string& configured);

/// The process in one of the files (paths; those that are not absolute are passed over) if it is a
/// web server and no process of the unit; 0 if there is none. That is how one is known that the
/// script, or an administrator, has started.
int find_outside(const std::string& unit, const std::vector<std::string>& pid_files);

/// Whether the script would get to see an error page: its client, where none is configured, is wget
/// if there is one, which shows none; curl does.
bool shows_error_pages(const std::string& client);

}  // namespace mainstay::apache
