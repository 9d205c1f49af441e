// SPDX-License-Identifier: Apache-2.0
// One running agent host: its process and its socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/executor/host_cgroup.h"
#include "core/executor/host_protocol.h"

namespace boost::asio {
class io_context;
}

namespace mainstay::executor {

/// Threading: reactor thread only; callbacks come from the reactor, never from inside a call.
/// Lifetime: destroying it ends the process at once; no callback comes afterwards. A cgroup that it
/// was given ends with the process, and with it all that the process has left there.
class HostProcess {
 public:
  struct Listener {
    std::function<void(const Frame&)> on_frame;
    /// Once, after the last frame: the process has ended. The fault says how.
    std::function<void(const std::string& fault)> on_gone;
  };

  static Result<HostProcess> start(boost::asio::io_context& reactor,
                                   std::vector<std::string> arguments, Listener listener,
                                   std::unique_ptr<HostCgroup> cgroup = nullptr);
  ~HostProcess();
  HostProcess(HostProcess&&) noexcept;
  HostProcess& operator=(HostProcess&&) noexcept;

  /// unavailable: the host does not read just now.
  Status send(const Frame& frame);
  /// on_gone follows, with this fault instead of how it ended.
  void kill(const std::string& fault);

  int pid() const;

 private:
  struct State;
  explicit HostProcess(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace mainstay::executor
