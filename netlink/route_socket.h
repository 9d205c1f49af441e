// SPDX-License-Identifier: Apache-2.0
// One rtnetlink socket: a request, and the answers to it.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "netlink/messages.h"

namespace mainstay::netlink {

/// Threading: one thread at a time. Answers are waited for without a limit: the kernel gives them
/// within the call. May be used again after any error; late answers to an earlier request are
/// passed over.
class RouteSocket {
 public:
  using OnAnswer = std::function<void(const nlmsghdr&)>;

  /// In the network namespace of the calling thread. Asks for strict checking, without which the
  /// kernel does not filter what it lists (Linux 4.20; older ones list all).
  static Result<RouteSocket> open();

  /// Sends the request and hands every answer on, up to the one that ends it: the answer itself of
  /// a query for one thing, the acknowledgement of a change, the end of a list. `what` begins the
  /// error's text; the error's code is the kernel's errno. Asking again helps with EINTR (the list
  /// changed while it was told) and EMSGSIZE (the answer had no room; now there is more).
  Status ask(const Message& request, const std::string& what, const OnAnswer& on_answer = {});

  /// For the requests of netdevice(7).
  int descriptor() const { return fd_.get(); }

 private:
  /// The kernel makes the pieces of its lists as large as what we receive into: more costs it
  /// memory that it does not have at hand. Grows when a single answer does not fit.
  static constexpr std::size_t kUsualBuffer = 7'872;
  static constexpr std::size_t kLargestBuffer = 1'048'576;

  explicit RouteSocket(UniqueFd fd) : fd_(std::move(fd)), buffer_(kUsualBuffer) {}
  Result<std::size_t> receive(const std::string& what);

  UniqueFd fd_;
  std::vector<char> buffer_;  // operator new aligns it for any header
  std::uint32_t sequence_ = 0;
};

}  // namespace mainstay::netlink
