// SPDX-License-Identifier: Apache-2.0
// Netlink by a libnl-3 socket to the kernel of the caller's network namespace.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netlink/rtnetlink.h"

struct nl_sock;

namespace mainstay::netlink {

struct SocketDeleter {
  void operator()(nl_sock* socket) const noexcept;
};
using Socket = std::unique_ptr<nl_sock, SocketDeleter>;

/// Opening costs a few microseconds: make one per action. Answers are waited for without a limit;
/// the kernel gives them within the call.
class KernelNetlink : public Netlink {
 public:
  static Result<std::unique_ptr<Netlink>> open();
  explicit KernelNetlink(Socket socket) : socket_(std::move(socket)) {}

  Result<std::vector<Address>> addresses(Family family) override;
  Result<std::vector<Route>> routes(Family family, std::uint32_t table) override;
  Result<Link> find_link(const std::string& name) override;
  Result<Link> find_link(int index) override;
  Status add_address(const Address& address) override;
  Status remove_address(const Address& address) override;
  Status bring_up(int link) override;
  Status flush_route_cache() override;
  Result<std::unique_ptr<AddressWatch>> watch_addresses(Family family) override;

 private:
  Socket socket_;
};

}  // namespace mainstay::netlink
