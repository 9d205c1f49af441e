// SPDX-License-Identifier: Apache-2.0
// The conversation with the kernel: one request, its answers, its error.
#include "netlink/kernel_netlink.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>

#include "core/base/unique_fd.h"
#include "netlink/messages.h"

namespace mainstay::netlink {
namespace {

/// A dump that the kernel could not make in one piece (a table changed meanwhile) is asked for
/// again this often.
constexpr int kDumpAttempts = 8;

struct CallbackDeleter {
  void operator()(nl_cb* callbacks) const noexcept { nl_cb_put(callbacks); }
};

/// What one exchange collects: libnl's callbacks are C functions that get a pointer to it.
struct Exchange {
  std::function<void(const nlmsghdr&)> on_message;
  int error_number = 0;
  bool finished = false;
};

int take_message(nl_msg* message, void* argument) {
  auto* exchange = static_cast<Exchange*>(argument);
  if (exchange->on_message) {
    exchange->on_message(*nlmsg_hdr(message));
  }
  return NL_OK;
}

int take_end(nl_msg*, void* argument) {
  static_cast<Exchange*>(argument)->finished = true;
  return NL_STOP;
}

int take_error(sockaddr_nl*, nlmsgerr* error, void* argument) {
  auto* exchange = static_cast<Exchange*>(argument);
  exchange->error_number = -error->error;
  exchange->finished = true;
  return NL_STOP;
}

Error libnl_error(const std::string& what, int code) {
  return fail(Errc::internal, what + ": " + nl_geterror(code));
}

Result<Socket> open_socket() {
  Socket socket(nl_socket_alloc());
  if (!socket) {
    return fail_errno("make a netlink socket", ENOMEM);
  }
  if (const int code = nl_connect(socket.get(), NETLINK_ROUTE); code < 0) {
    return libnl_error("open a netlink socket", code);
  }
  return socket;
}

/// Sends the request and handles everything up to the acknowledgement or the end of the dump.
int converse(nl_sock* socket, const Message& request, Exchange& exchange) {
  const std::unique_ptr<nl_cb, CallbackDeleter> callbacks(nl_cb_alloc(NL_CB_DEFAULT));
  if (!callbacks) {
    return -NLE_NOMEM;
  }
  nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, take_message, &exchange);
  nl_cb_set(callbacks.get(), NL_CB_ACK, NL_CB_CUSTOM, take_end, &exchange);
  nl_cb_set(callbacks.get(), NL_CB_FINISH, NL_CB_CUSTOM, take_end, &exchange);
  nl_cb_err(callbacks.get(), NL_CB_CUSTOM, take_error, &exchange);
  if (const int code = nl_send_auto(socket, request.get()); code < 0) {
    return code;
  }
  while (!exchange.finished) {
    if (const int code = nl_recvmsgs(socket, callbacks.get()); code < 0) {
      return code;
    }
  }
  return 0;
}

Status request(nl_sock* socket, const Message& message, const std::string& what,
               std::function<void(const nlmsghdr&)> on_message = {}) {
  Exchange exchange{std::move(on_message)};
  const int code = converse(socket, message, exchange);
  if (exchange.error_number != 0) {
    return fail_errno(what, exchange.error_number);
  }
  if (code < 0) {
    return libnl_error(what, code);
  }
  return Done{};
}

/// All records of one kind. `make_request` is called per attempt: libnl stamps each message with
/// its number.
template <class Record>
Result<std::vector<Record>> dump(Socket& socket, const std::string& what,
                                 const std::function<Message()>& make_request,
                                 std::optional<Record> (*decode)(const nlmsghdr&)) {
  for (int attempt = 1;; ++attempt) {
    std::vector<Record> records;
    Exchange exchange{[&](const nlmsghdr& header) {
      if (auto record = decode(header)) {
        records.push_back(std::move(*record));
      }
    }};
    const int code = converse(socket.get(), make_request(), exchange);
    if (exchange.error_number != 0) {
      return fail_errno(what, exchange.error_number);
    }
    if (code == 0) {
      return records;
    }
    if (code != -NLE_DUMP_INTR || attempt == kDumpAttempts) {
      return libnl_error(what, code);
    }
    // An interrupted dump leaves its rest in the socket: a fresh one is empty.
    auto fresh = open_socket();
    if (!fresh) {
      return fresh.error();
    }
    socket = std::move(*fresh);
  }
}

Result<Link> query_link(nl_sock* socket, const Message& message, const std::string& what) {
  std::optional<Link> found;
  auto status = request(socket, message, what, [&](const nlmsghdr& header) {
    if (auto link = decode_link(header)) {
      found = std::move(link);
    }
  });
  if (!status) {
    return status.error();
  }
  if (!found) {
    return fail_errno(what, ENODEV);
  }
  return *found;
}

std::string describe(const Address& address) {
  return address.ip.text() + "/" + std::to_string(address.prefix);
}

class KernelAddressWatch : public AddressWatch {
 public:
  explicit KernelAddressWatch(UniqueFd fd) : fd_(std::move(fd)) {}

  void wait(std::chrono::milliseconds timeout) override {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) > 0) {
      // What changed is not read from here: the caller lists the addresses. Overruns are just as
      // good a hint.
      std::array<char, 8192> drop{};
      while (::recv(fd_.get(), drop.data(), drop.size(), MSG_DONTWAIT) > 0) {
      }
    }
  }

 private:
  UniqueFd fd_;
};

}  // namespace

void SocketDeleter::operator()(nl_sock* socket) const noexcept {
  nl_socket_free(socket);
}

Result<std::unique_ptr<Netlink>> KernelNetlink::open() {
  auto socket = open_socket();
  if (!socket) {
    return socket.error();
  }
  return std::unique_ptr<Netlink>(std::make_unique<KernelNetlink>(std::move(*socket)));
}

Result<std::vector<Address>> KernelNetlink::addresses(Family family) {
  return dump<Address>(
      socket_, "list addresses", [family] { return encode_address_dump(family); }, decode_address);
}

Result<std::vector<Route>> KernelNetlink::routes(Family family, std::uint32_t table) {
  auto all = dump<Route>(
      socket_, "list routes", [=] { return encode_route_dump(family, table); }, decode_route);
  if (all) {
    // The kernel filters by table only on sockets that ask for strict checking.
    std::erase_if(*all, [table](const Route& route) { return route.table != table; });
  }
  return all;
}

Result<Link> KernelNetlink::find_link(const std::string& name) {
  const std::string what = "find interface " + name;
  if (name.empty() || name.size() >= ALTIFNAMSIZ) {
    return fail_errno(what, ENODEV);
  }
  if (name.size() < IFNAMSIZ) {
    auto link = query_link(socket_.get(), encode_link_query(name, false), what);
    if (link || link.error().code != std::errc::no_such_device) {
      return link;
    }
  }
  return query_link(socket_.get(), encode_link_query(name, true), what);
}

Result<Link> KernelNetlink::find_link(int index) {
  return query_link(socket_.get(), encode_link_query(index),
                    "find interface number " + std::to_string(index));
}

Status KernelNetlink::add_address(const Address& address) {
  return request(socket_.get(), encode_address_addition(address), "add " + describe(address));
}

Status KernelNetlink::remove_address(const Address& address) {
  return request(socket_.get(), encode_address_removal(address), "remove " + describe(address));
}

Status KernelNetlink::bring_up(int link) {
  return request(socket_.get(), encode_link_up(link),
                 "bring up interface number " + std::to_string(link));
}

Status KernelNetlink::flush_route_cache() {
  for (const char* path : {"/proc/sys/net/ipv4/route/flush", "/proc/sys/net/ipv6/route/flush"}) {
    const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
    if ((!file || ::write(file.get(), "-1", 2) != 2) && errno != ENOENT) {
      return fail_errno(std::string("write ") + path);
    }
  }
  return Done{};
}

Result<std::unique_ptr<AddressWatch>> KernelNetlink::watch_addresses(Family family) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  sockaddr_nl self{};
  self.nl_family = AF_NETLINK;
  self.nl_groups = family == Family::inet ? RTMGRP_IPV4_IFADDR : RTMGRP_IPV6_IFADDR;
  self.nl_groups |= RTMGRP_LINK;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets interface is made so
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0) {
    return fail_errno("watch addresses");
  }
  return std::unique_ptr<AddressWatch>(std::make_unique<KernelAddressWatch>(std::move(fd)));
}

}  // namespace mainstay::netlink
