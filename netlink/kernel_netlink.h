// SPDX-License-Identifier: Apache-2.0
// Netlink to the kernel of the caller's network namespace.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlink/known_lists.h"
#include "netlink/route_socket.h"
#include "netlink/rtnetlink.h"

namespace mainstay::netlink {

/// Netlink over one socket, and what is known already. Answers are waited for without a limit; the
/// kernel gives them within the call.
class KernelNetlink : public Netlink {
 public:
  KernelNetlink(RouteSocket socket, std::shared_ptr<KnownLists> known)
      : socket_(std::move(socket)), known_(std::move(known)) {}

  Result<std::vector<Address>> addresses(Family family, std::optional<int> link) override;
  Result<std::vector<Address>> addresses_of(const IpAddress& ip, int link) override;
  Result<std::vector<Route>> routes(Family family, std::uint32_t table) override;
  Result<int> link_index(const std::string& name) override;
  Result<Link> find_link(int index) override;
  Result<Link> glance_at_link(int index) override;
  Status add_address(const Address& address) override;
  Status remove_address(const Address& address) override;
  Status bring_up(int link) override;
  Status flush_route_cache() override;
  Status add_route(const Route& route) override;
  Status replace_route(const Route& route) override;
  Status remove_route(const Route& route) override;
  Status set_source(const Route& route, const IpAddress& source) override;
  Status find_way(const IpAddress& destination) override;
  Result<std::unique_ptr<AddressWatch>> watch_addresses() override;

 private:
  Result<std::vector<Route>> list_routes(Family family, std::uint32_t table);

  RouteSocket socket_;
  std::shared_ptr<KnownLists> known_;
};

/// Lends out objects and takes them back, so that an action costs no new socket; all share what is
/// known. As many sockets as
/// there were actions at once stay open, at most kIdle.
/// Threading: any. Lifetime: what it has lent may outlive it.
class KernelNetlinkPool {
 public:
  static constexpr std::size_t kIdle = 16;

  KernelNetlinkPool();
  /// To be used by one thread at a time, in the network namespace in which all are used.
  Result<std::shared_ptr<Netlink>> borrow();

 private:
  struct Shelf;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace mainstay::netlink
