// SPDX-License-Identifier: Apache-2.0
// The other end of mainstayd's control socket: one request, one reply.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/unique_fd.h"
#include "core/control/protocol.h"

namespace mainstay::ctl {

/// Threading: none. Lifetime: one connection; a call that fails ends it.
class DaemonClient {
 public:
  /// Errors: Errc::unavailable when no daemon listens there, Errc::permission_denied when it may
  /// not be asked.
  static Result<DaemonClient> connect(const std::string& socket_path);

  /// Waits for the reply. Errors: the daemon's own, Errc::timed_out after `patience`, std::errc
  /// interrupted when `interrupt` (a descriptor, or -1) became readable first.
  Result<control::Reply> call(const control::Request& request,
                              std::optional<Duration> patience = {}, int interrupt = -1);

 private:
  explicit DaemonClient(UniqueFd socket) : socket_(std::move(socket)) {}
  Status send_all(std::string_view bytes);
  Status receive(std::string& bytes, std::size_t wanted, std::int64_t deadline_ms, int interrupt);

  UniqueFd socket_;
};

}  // namespace mainstay::ctl
