// SPDX-License-Identifier: Apache-2.0
#include "netlink/known_lists.h"

#include <iterator>
#include <variant>

namespace mainstay::netlink {
namespace {

std::vector<Address> pick(const std::multimap<IpAddress, Address>& all, const IpAddress& ip) {
  std::vector<Address> found;
  const auto [begin, end] = all.equal_range(ip);
  for (auto one = begin; one != end; ++one) {
    found.push_back(one->second);
  }
  return found;
}

}  // namespace

Result<std::vector<Address>> KnownLists::addresses_of(const IpAddress& ip, int link,
                                                      const ListAddresses& list) {
  const std::pair key(ip.family(), link);
  std::uint64_t since = 0;
  {
    const std::lock_guard lock(mutex_);
    since = settle();
    if (const auto known = addresses_.find(key); known != addresses_.end()) {
      std::vector<Address> found = pick(known->second, ip);
      if (!found.empty() || ip.family() == Family::inet) {
        return found;
      }
    }
  }
  const auto listed = list();
  if (!listed) {
    return listed.error();
  }
  OfLink of_link;
  for (const Address& address : *listed) {
    of_link.emplace(address.ip, address);
  }
  std::vector<Address> found = pick(of_link, ip);
  const std::lock_guard lock(mutex_);
  if (may_keep(since, of_link.size())) {
    OfLink& known = addresses_[key];
    kept_ += of_link.size() - known.size();
    known = std::move(of_link);
  }
  return found;
}

Result<std::vector<Route>> KnownLists::routes(Family family, std::uint32_t table,
                                              const ListRoutes& list) {
  const std::pair key(family, table);
  std::uint64_t since = 0;
  {
    const std::lock_guard lock(mutex_);
    since = settle();
    if (const auto known = routes_.find(key); known != routes_.end()) {
      return known->second;
    }
  }
  auto listed = list();
  if (!listed) {
    return listed;
  }
  const std::lock_guard lock(mutex_);
  if (may_keep(since, listed->size()) && routes_.try_emplace(key, *listed).second) {
    kept_ += listed->size();
  }
  return listed;
}

/// Hears what has changed; gives the name of the state that is known then.
std::uint64_t KnownLists::settle() {
  if (!changes_) {
    forget();
    auto opened = ChangeSocket::open(Topics::routes_too);
    if (opened) {
      changes_.emplace(std::move(*opened));
    }
  }
  if (changes_ && !changes_->receive([this](const Change& change) { take(change); })) {
    changes_.reset();
    forget();
  }
  return state_;
}

void KnownLists::take(const Change& change) {
  const auto* told = std::get_if<AddressChange>(&change);
  if (told == nullptr && !std::holds_alternative<RouteChange>(change)) {
    forget();
    return;
  }
  ++state_;
  for (const auto& [table, routes] : routes_) {
    kept_ -= routes.size();
  }
  routes_.clear();
  if (told == nullptr) {
    return;
  }
  const Address& address = told->address;
  const auto known = addresses_.find({address.ip.family(), address.link});
  if (known == addresses_.end()) {
    return;
  }
  auto [one, end] = known->second.equal_range(address.ip);
  while (one != end) {
    const bool same = one->second.prefix == address.prefix && one->second.peer == address.peer;
    one = same ? known->second.erase(one) : std::next(one);
    kept_ -= same ? 1 : 0;
  }
  if (!told->gone) {
    known->second.emplace(address.ip, address);
    ++kept_;
  }
}

void KnownLists::forget() {
  addresses_.clear();
  routes_.clear();
  kept_ = 0;
  ++state_;
}

/// Whether what was listed since then is still true, and has room.
bool KnownLists::may_keep(std::uint64_t since, std::size_t more) {
  if (settle() != since || !changes_ || more > kMost) {
    return false;
  }
  if (kept_ + more > kMost) {
    forget();
  }
  return true;
}

}  // namespace mainstay::netlink
