// SPDX-License-Identifier: Apache-2.0
// What an agent may ask the kernel about addresses, links and routes.
// Threading: one object per thread. Errors: errno of the kernel (ENODEV for an unknown link).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "netlink/records.h"

namespace mainstay::netlink {

/// Tells that some address or link changed. Made before the change is caused, so that none is
/// missed.
class AddressWatch {
 public:
  virtual ~AddressWatch() = default;
  /// Returns at the first change since the last call, or after `timeout`.
  virtual void wait(std::chrono::milliseconds timeout) = 0;
};

class Netlink {
 public:
  virtual ~Netlink() = default;

  /// Of one link, or of all.
  virtual Result<std::vector<Address>> addresses(Family family, std::optional<int> link) = 0;
  /// The addresses of one link that are `ip`, with whatever prefix; asking again costs little.
  virtual Result<std::vector<Address>> addresses_of(const IpAddress& ip, int link) = 0;
  /// Routes of one table (RT_TABLE_*), cached ones left out, in the kernel's order.
  virtual Result<std::vector<Route>> routes(Family family, std::uint32_t table) = 0;
  /// The index of the link that has this name or alternative name.
  virtual Result<int> link_index(const std::string& name) = 0;
  virtual Result<Link> find_link(int index) = 0;
  /// Index, name, flags, hardware and operstate only, at a tenth of the price of find_link. An
  /// operstate of "unknown" may be told as "up".
  virtual Result<Link> glance_at_link(int index) = 0;

  virtual Status add_address(const Address& address) = 0;
  virtual Status remove_address(const Address& address) = 0;
  virtual Status bring_up(int link) = 0;
  /// Forgets cached decisions of routing, of both families.
  virtual Status flush_route_cache() = 0;

  /// EEXIST when there is one of the same destination, table and metric.
  virtual Status add_route(const Route& route) = 0;
  /// Instead of the one of the same destination, table and metric, or beside the others.
  virtual Status replace_route(const Route& route) = 0;
  /// Removes the first that fits; what `route` does not say fits all. ESRCH when none does.
  virtual Status remove_route(const Route& route) = 0;
  /// Lets a listed route prefer another source address; nothing else of it changes.
  virtual Status set_source(const Route& route, const IpAddress& source) = 0;
  /// Success if a packet to `destination` would go somewhere.
  virtual Status find_way(const IpAddress& destination) = 0;

  virtual Result<std::unique_ptr<AddressWatch>> watch_addresses() = 0;
};

}  // namespace mainstay::netlink
