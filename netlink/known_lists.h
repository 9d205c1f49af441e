// SPDX-License-Identifier: Apache-2.0
// What the kernel has told at length, kept for as long as it tells of no change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "netlink/change_socket.h"
#include "netlink/records.h"

namespace mainstay::netlink {

/// The kernel puts word of a change into our queue as it makes the change, so an empty queue proves
/// that what was listed before still holds; asking costs one system call instead of a list. The
/// exception is a new IPv6 address, told of when its duplicate detection begins: an IPv6 address
/// that is not known is looked for. A changed address is changed here too. Any change makes routes
/// unknown, which vanish with addresses and links without a word of their own; one of a link, or
/// one that was missed, makes everything unknown. Where no word can be had, nothing is kept.
/// Threading: any; all in one network namespace.
class KnownLists {
 public:
  using ListAddresses = std::function<Result<std::vector<Address>>()>;
  using ListRoutes = std::function<Result<std::vector<Route>>()>;

  /// Records kept in all; beyond it everything is listed anew.
  static constexpr std::size_t kMost = 65'536;

  /// The addresses of the link that are `ip`, with any prefix. `list` lists all of the link and the
  /// family; it is called only if they are not known.
  Result<std::vector<Address>> addresses_of(const IpAddress& ip, int link,
                                            const ListAddresses& list);
  Result<std::vector<Route>> routes(Family family, std::uint32_t table, const ListRoutes& list);

 private:
  using OfLink = std::multimap<IpAddress, Address>;

  std::uint64_t settle();
  void take(const Change& change);
  void forget();
  bool may_keep(std::uint64_t since, std::size_t more);

  std::mutex mutex_;
  std::optional<ChangeSocket> changes_;
  std::uint64_t state_ = 0;  // grows with every change
  std::size_t kept_ = 0;
  std::map<std::pair<Family, int>, OfLink> addresses_;
  std::map<std::pair<Family, std::uint32_t>, std::vector<Route>> routes_;
};

}  // namespace mainstay::netlink
