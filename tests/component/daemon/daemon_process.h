// SPDX-License-Identifier: Apache-2.0
// A real mainstayd, standalone, with its state in a temporary directory; and a client of its
// control socket.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/control/protocol.h"

namespace mainstay::test {

/// Ends its daemon (SIGTERM, then wait) when it dies.
class DaemonProcess {
 public:
  DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;
  ~DaemonProcess();

  /// Returns when the daemon says READY=1 on its notification socket, or it ended.
  Status start(const std::vector<std::string>& more_options = {});
  /// Waits for the end; the exit status, or 128 + the signal.
  int wait();
  void signal(int number) const;
  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }

  /// One request, one reply, on a connection of its own.
  Result<control::Reply> ask(const control::Request& request) const;
  std::filesystem::path directory() const { return directory_; }
  /// What the daemon wrote to stderr so far.
  std::string log() const;

 private:
  std::filesystem::path directory_;
  pid_t pid_ = -1;
};

}  // namespace mainstay::test
