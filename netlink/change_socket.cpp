// SPDX-License-Identifier: Apache-2.0
#include "netlink/change_socket.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "netlink/messages.h"

namespace mainstay::netlink {
namespace {

/// The kernel's own messages are far below a page, but for links with very many properties.
constexpr std::size_t kBuffer = 32'768;
/// For a few thousand changes at once; beyond it the kernel says that some were missed.
constexpr int kQueueBytes = 1'048'576;
constexpr int kMessagesPerCall = 256;

}  // namespace

Result<ChangeSocket> ChangeSocket::open(Topics topics) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (fd &&
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kQueueBytes, sizeof kQueueBytes) != 0) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kQueueBytes, sizeof kQueueBytes);
  }
  sockaddr_nl self{};
  self.nl_family = AF_NETLINK;
  self.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_LINK;
  if (topics == Topics::routes_too) {
    self.nl_groups |= RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets interface is made so
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0) {
    return fail_errno("listen to the kernel");
  }
  return ChangeSocket(std::move(fd));
}

Status ChangeSocket::receive(const OnChange& on_change) {
  alignas(nlmsghdr) std::array<char, kBuffer> buffer;
  for (int i = 0; i < kMessagesPerCall; ++i) {
    const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0 && errno == EAGAIN) {
      break;
    }
    const bool overrun = count < 0 && errno == ENOBUFS;
    if (overrun || static_cast<std::size_t>(count) > buffer.size()) {
      on_change(Missed{});
      continue;
    }
    if (count < 0) {
      return fail_errno("listen to the kernel");
    }
    int left = static_cast<int>(count);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): aligned for it
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left) != 0;
         header = nlmsg_next(header, &left)) {
      if (const auto change = decode_change(*header)) {
        on_change(*change);
      }
    }
  }
  return Done{};
}

}  // namespace mainstay::netlink
