// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/daemon_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace mainstay::ctl {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kHeader = 4;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

Error cannot_connect(const std::string& path, int reason) {
  if (reason == EACCES || reason == EPERM) {
    return fail(Errc::permission_denied, "no permission to use " + path +
                                             ": only root and members of the group haclient may "
                                             "talk to the cluster");
  }
  if (reason == ENOENT || reason == ECONNREFUSED) {
    return fail(Errc::unavailable, "cluster is not currently running on this node");
  }
  return fail_errno("cannot connect to " + path, reason);
}

std::size_t frame_length(const std::string& header) {
  std::size_t length = 0;
  for (const char c : header) {
    length = (length << 8U) | static_cast<unsigned char>(c);
  }
  return length;
}

}  // namespace

Result<DaemonClient> DaemonClient::connect(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) {
    return fail(Errc::invalid_input, "the socket path " + socket_path + " is too long");
  }
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) {
    return fail_errno("socket");
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API's own idiom.
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return cannot_connect(socket_path, errno);
  }
  return DaemonClient(std::move(socket));
}

Status DaemonClient::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent <= 0) {
      return fail(Errc::unavailable, "mainstayd closed the connection");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Done{};
}

Status DaemonClient::receive(std::string& bytes, std::size_t wanted, std::int64_t deadline_ms,
                             int interrupt) {
  bytes.resize(wanted);
  std::size_t have = 0;
  while (have < wanted) {
    const std::int64_t left =
        deadline_ms == kForever ? -1 : std::max<std::int64_t>(0, deadline_ms - now_ms());
    std::array<pollfd, 2> watched = {pollfd{socket_.get(), POLLIN, 0},
                                     pollfd{interrupt, POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(),
                             static_cast<int>(std::min<std::int64_t>(left, 1'000'000'000)));
    if (ready == 0) {
      return fail(Errc::timed_out, "the cluster did not answer in time");
    }
    if (watched[1].revents != 0) {
      return Error{std::make_error_code(std::errc::interrupted), "interrupted"};
    }
    if (ready < 0) {
      continue;
    }
    const ssize_t got = ::recv(socket_.get(), bytes.data() + have, wanted - have, 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return fail(Errc::unavailable,
                  "mainstayd closed the connection: it may have stopped, or it allows only root "
                  "and members of the group haclient");
    }
    have += static_cast<std::size_t>(got);
  }
  return Done{};
}

Result<control::Reply> DaemonClient::call(const control::Request& request,
                                          std::optional<Duration> patience, int interrupt) {
  auto sent = send_all(control::frame(control::encode(request)));
  if (!sent) {
    // A refusal may have been written before the daemon closed its end: read on.
    if (sent.error().code != make_error_code(Errc::unavailable)) {
      return sent.error();
    }
  }
  const std::int64_t deadline = patience ? now_ms() + patience->count() : kForever;
  std::string header;
  auto received = receive(header, kHeader, deadline, interrupt);
  if (!received) {
    return received.error();
  }
  const std::size_t length = frame_length(header);
  if (length > control::kMaxFrame) {
    return fail(Errc::limit_exceeded, "mainstayd's answer is too long");
  }
  std::string body;
  received = receive(body, length, deadline, interrupt);
  if (!received) {
    return received.error();
  }
  auto reply = control::decode_reply(body);
  if (reply && reply->error) {
    return *reply->error;
  }
  return reply;
}

}  // namespace mainstay::ctl
