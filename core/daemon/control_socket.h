// SPDX-License-Identifier: Apache-2.0
// The operators' socket: accepts root and members of group haclient, reads requests, writes
// replies.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "core/base/result.h"
#include "core/control/protocol.h"

namespace mainstay::daemon {

/// Threading: reactor only. Lifetime: the handlers outlive the socket.
/// Limits: kMaxClients connections, one request at a time on each, frames up to control::kMaxFrame.
class ControlSocket {
 public:
  static constexpr std::size_t kMaxClients = 64;

  struct Handlers {
    /// Each request is answered by exactly one call of answer() with this id, or the client goes
    /// away first.
    std::function<void(std::uint64_t id, control::Request request)> on_request;
    std::function<void(std::uint64_t id)> on_client_gone;
  };

  ControlSocket(boost::asio::io_context& io, Handlers handlers);
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  ~ControlSocket();

  /// Replaces a stale socket file; the caller holds the daemon's lock, so nobody else listens
  /// there.
  Status listen(const std::string& path);
  void answer(std::uint64_t id, const control::Reply& reply);
  /// Stops accepting; replies under way are still written.
  void close();

 private:
  class Session;
  void accept_next();
  void drop(std::uint64_t session);

  boost::asio::io_context& io_;
  Handlers handlers_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::string path_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::map<std::uint64_t, std::uint64_t> requests_;  // request id -> session id
};

}  // namespace mainstay::daemon
