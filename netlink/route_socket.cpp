// SPDX-License-Identifier: Apache-2.0
#include "netlink/route_socket.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mainstay::netlink {
namespace {

/// rtnetlink numbers its messages in fours: new, delete, get, set.
bool is_query(const nlmsghdr& header) {
  return (header.nlmsg_type & 3U) == 2U;
}

int error_of(const nlmsghdr& header) {
  nlmsgerr error{};
  if (header.nlmsg_len < NLMSG_HDRLEN + sizeof error.error) {
    return EBADMSG;
  }
  std::memcpy(&error.error, nlmsg_data(&header), sizeof error.error);
  return -error.error;
}

/// How the end of a list says that the list failed; 0 when it did not.
int error_of_end(const nlmsghdr& header) {
  int code = 0;
  if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof code) {
    std::memcpy(&code, nlmsg_data(&header), sizeof code);
  }
  return code < 0 ? -code : 0;
}

}  // namespace

Result<RouteSocket> RouteSocket::open() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd) {
    return fail_errno("open a netlink socket");
  }
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof yes);
  // Errors do not repeat the request.
  ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof yes);
  return RouteSocket(std::move(fd));
}

Result<std::size_t> RouteSocket::receive(const std::string& what) {
  for (;;) {
    sockaddr_nl sender{};
    socklen_t size = sizeof sender;
    const ssize_t count =
        ::recvfrom(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC,
                   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): made so
                   reinterpret_cast<sockaddr*>(&sender), &size);
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno(what);
    }
    if (static_cast<std::size_t>(count) > buffer_.size()) {
      buffer_.resize(std::min(static_cast<std::size_t>(count), kLargestBuffer));
      return fail_errno(what, EMSGSIZE);
    }
    if (sender.nl_pid == 0) {  // other programs may write to us, too
      return static_cast<std::size_t>(count);
    }
  }
}

Status RouteSocket::ask(const Message& request, const std::string& what,
                        const OnAnswer& on_answer) {
  nlmsghdr& asked = *nlmsg_hdr(request.get());
  const bool list = (asked.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  const bool query = is_query(asked) && !list;
  asked.nlmsg_seq = ++sequence_;
  if (!list && !query) {
    asked.nlmsg_flags |= NLM_F_ACK;
  }
  ssize_t sent = 0;
  do {
    sent = ::send(fd_.get(), &asked, asked.nlmsg_len, 0);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) {
    return fail_errno(what);
  }
  bool interrupted = false;
  for (;;) {
    const Result<std::size_t> received = receive(what);
    if (!received) {
      return received.error();
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): aligned for it
    auto* header = reinterpret_cast<nlmsghdr*>(buffer_.data());
    for (int left = static_cast<int>(*received); nlmsg_ok(header, left) != 0;
         header = nlmsg_next(header, &left)) {
      if (header->nlmsg_seq != sequence_) {
        continue;
      }
      interrupted = interrupted || (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      const bool end = header->nlmsg_type == NLMSG_DONE;
      if (end || header->nlmsg_type == NLMSG_ERROR) {
        const int error = end ? error_of_end(*header) : error_of(*header);
        if (error == 0 && !interrupted) {
          return Done{};
        }
        return fail_errno(what, error != 0 ? error : EINTR);
      }
      if (on_answer) {
        on_answer(*header);
      }
      if (query) {
        return Done{};
      }
    }
  }
}

}  // namespace mainstay::netlink
