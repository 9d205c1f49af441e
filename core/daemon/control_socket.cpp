// SPDX-License-Identifier: Apache-2.0
#include "core/daemon/control_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "core/base/log.h"
#include "core/base/memory.h"

namespace mainstay::daemon {
namespace {

using boost::asio::local::stream_protocol;
constexpr const char* kGroup = "haclient";

gid_t allowed_group() {
  const group* entry = ::getgrnam(kGroup);
  return entry == nullptr ? 0 : entry->gr_gid;
}

bool may_connect(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return false;
  }
  if (peer.uid == 0 || peer.uid == ::geteuid()) {
    return true;
  }
  const gid_t wanted = allowed_group();
  if (wanted == 0) {
    return false;
  }
  std::vector<gid_t> groups(256);
  size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) {
    return peer.gid == wanted;
  }
  groups.resize(size / sizeof(gid_t));
  return peer.gid == wanted || std::find(groups.begin(), groups.end(), wanted) != groups.end();
}

}  // namespace

class ControlSocket::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(ControlSocket& owner, std::uint64_t id, stream_protocol::socket socket)
      : owner_(&owner), id_(id), socket_(std::move(socket)) {}

  void read_header() {
    boost::asio::async_read(socket_, boost::asio::buffer(header_),
                            [self = shared_from_this()](const boost::system::error_code& error,
                                                        std::size_t) { self->on_header(error); });
  }

  /// Writes a reply, then reads the next request, or ends the connection.
  void write(const control::Reply& reply, bool then_close) {
    out_ = control::frame(control::encode(reply));
    boost::asio::async_write(socket_, boost::asio::buffer(out_),
                             [self = shared_from_this(), then_close](
                                 const boost::system::error_code& error, std::size_t) {
                               self->forget_written();
                               if (error || then_close) {
                                 self->end();
                               } else {
                                 self->read_header();
                               }
                             });
  }

  /// The owner is going away: nothing of it may be touched any more.
  void detach() { owner_ = nullptr; }

 private:
  void end() {
    boost::system::error_code ignored;
    socket_.close(ignored);  // ends the wait for a hang-up, which keeps this session alive
    if (owner_ != nullptr) {
      owner_->drop(id_);
    }
  }

  /// The whole CIB may have been told.
  void forget_written() {
    constexpr std::size_t kLarge = 1UL << 20U;
    const bool large = out_.size() > kLarge;
    out_.clear();
    out_.shrink_to_fit();  // assigning an empty string would keep the capacity
    if (large) {
      give_back_memory();
    }
  }

  void on_header(const boost::system::error_code& error) {
    if (error || owner_ == nullptr) {
      end();
      return;
    }
    std::size_t size = 0;
    for (const unsigned char byte : header_) {
      size = (size << 8U) | byte;
    }
    if (size == 0 || size > control::kMaxFrame) {
      write({.error = fail(Errc::limit_exceeded, "request of " + std::to_string(size) +
                                                     " bytes; the limit is " +
                                                     std::to_string(control::kMaxFrame))},
            true);
      return;
    }
    in_.resize(size);
    boost::asio::async_read(socket_, boost::asio::buffer(in_),
                            [self = shared_from_this()](const boost::system::error_code& failed,
                                                        std::size_t) { self->on_body(failed); });
  }

  void on_body(const boost::system::error_code& error) {
    if (error || owner_ == nullptr) {
      end();
      return;
    }
    Result<control::Request> request = control::decode_request(in_);
    in_.clear();
    in_.shrink_to_fit();
    if (!request) {
      write({.error = request.error()}, false);
      return;
    }
    const std::uint64_t id = owner_->next_id_++;
    owner_->requests_[id] = id_;
    watch_for_hangup();
    owner_->handlers_.on_request(id, std::move(*request));
  }

  /// A client that hangs up while it waits is noticed, so that its request is forgotten.
  void watch_for_hangup() {
    if (std::exchange(watching_, true)) {
      return;
    }
    socket_.async_wait(stream_protocol::socket::wait_error,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error) {
                           self->end();
                         }
                       });
  }

  ControlSocket* owner_;
  std::uint64_t id_;
  stream_protocol::socket socket_;
  std::array<unsigned char, 4> header_{};
  std::string in_;
  std::string out_;
  bool watching_ = false;
};

ControlSocket::ControlSocket(boost::asio::io_context& io, Handlers handlers)
    : io_(io), handlers_(std::move(handlers)), acceptor_(io) {}

ControlSocket::~ControlSocket() {
  close();
  for (const auto& [id, session] : sessions_) {
    session->detach();
  }
}

Status ControlSocket::listen(const std::string& path) {
  path_ = path;
  ::unlink(path.c_str());
  boost::system::error_code error;
  acceptor_.open(stream_protocol(), error);
  if (!error) {
    acceptor_.bind(stream_protocol::endpoint(path), error);
  }
  if (!error) {
    acceptor_.listen(stream_protocol::socket::max_listen_connections, error);
  }
  if (error) {
    return fail_errno("listen on " + path, error.value());
  }
  const gid_t group = allowed_group();
  if (group != 0 && ::chown(path.c_str(), 0, group) != 0) {
    log(LogLevel::warning, "control socket stays with root only",
        {{"group", kGroup}, {"reason", fail_errno("chown").context}});
  }
  if (::chmod(path.c_str(), group != 0 ? 0660 : 0600) != 0) {
    return fail_errno("chmod " + path);
  }
  accept_next();
  return Done{};
}

void ControlSocket::accept_next() {
  acceptor_.async_accept(
      [this](const boost::system::error_code& error, stream_protocol::socket socket) {
        if (error) {
          if (acceptor_.is_open()) {
            accept_next();
          }
          return;
        }
        const std::uint64_t id = next_id_++;
        const bool allowed = may_connect(socket.native_handle());
        auto session = std::make_shared<Session>(*this, id, std::move(socket));
        sessions_[id] = session;
        if (!allowed) {
          session->write({.error = fail(Errc::permission_denied,
                                        "only root and members of group haclient may do this")},
                         true);
        } else if (sessions_.size() > kMaxClients) {
          session->write(
              {.error = fail(Errc::limit_exceeded, "too many clients at once; try again")}, true);
        } else {
          session->read_header();
        }
        accept_next();
      });
}

void ControlSocket::answer(std::uint64_t id, const control::Reply& reply) {
  const auto request = requests_.find(id);
  if (request == requests_.end()) {
    return;
  }
  const auto session = sessions_.find(request->second);
  requests_.erase(request);
  if (session != sessions_.end()) {
    session->second->write(reply, false);
  }
}

void ControlSocket::drop(std::uint64_t session) {
  sessions_.erase(session);
  for (auto it = requests_.begin(); it != requests_.end();) {
    if (it->second == session) {
      const std::uint64_t id = it->first;
      it = requests_.erase(it);
      handlers_.on_client_gone(id);
    } else {
      ++it;
    }
  }
}

void ControlSocket::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  if (!path_.empty()) {
    ::unlink(path_.c_str());
    path_.clear();
  }
}

}  // namespace mainstay::daemon
