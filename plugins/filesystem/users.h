// SPDX-License-Identifier: Apache-2.0
// Who keeps a filesystem busy, found in /proc as fuser(1) does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace mainstay::filesystem {

/// Processes with a file, directory, program or mapping on the filesystem that is mounted at
/// `directory`. Never the caller nor its parent: a cluster that ends itself stops nothing.
std::vector<pid_t> users_of_filesystem(const std::string& directory);
/// Those who have something below that directory, by its name.
std::vector<pid_t> users_below(const std::string& directory);

/// "1234 (postgres)", for the log.
std::string describe_process(pid_t process);

/// Signals them and waits until all have ended, at most that long; that long if there are none,
/// for what cannot be seen to end.
void signal_and_wait(const std::vector<pid_t>& processes, int signal,
                     std::chrono::milliseconds longest);

}  // namespace mainstay::filesystem
