// SPDX-License-Identifier: Apache-2.0
#include "netlink/change_hub.h"

#include <algorithm>
#include <utility>

namespace mainstay::netlink {
namespace {

/// The addresses by which changes are looked up.
std::vector<IpAddress> keys_of(const Interest& interest) {
  std::vector<IpAddress> keys = interest.addresses;
  if (interest.route) {
    keys.push_back(interest.route->destination);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::optional<IpAddress> key_of(const Change& change) {
  if (const auto* address = std::get_if<AddressChange>(&change)) {
    return address->address.ip;
  }
  if (const auto* route = std::get_if<RouteChange>(&change)) {
    return route->route.destination;
  }
  return std::nullopt;
}

}  // namespace

bool concerns(const Interest& interest, const Change& change) {
  if (const auto* address = std::get_if<AddressChange>(&change)) {
    return std::find(interest.addresses.begin(), interest.addresses.end(), address->address.ip) !=
           interest.addresses.end();
  }
  if (const auto* route = std::get_if<RouteChange>(&change)) {
    return interest.route && route->route.destination == interest.route->destination &&
           route->route.prefix == interest.route->prefix &&
           route->route.table == interest.route->table;
  }
  if (const auto* link = std::get_if<LinkChange>(&change)) {
    return interest.link == link->link.index &&
           (link->gone || (interest.check_link_status && is_down(link->link)));
  }
  return true;
}

ChangeHub::Place ChangeHub::add(Subscriber subscriber) {
  const std::lock_guard lock(mutex_);
  const auto place = all_.insert(all_.end(), std::move(subscriber));
  for (const IpAddress& key : keys_of(place->interest)) {
    by_ip_.emplace(key, place);
  }
  return place;
}

void ChangeHub::remove(Place place) {
  const std::lock_guard lock(mutex_);
  for (const IpAddress& key : keys_of(place->interest)) {
    const auto [begin, end] = by_ip_.equal_range(key);
    by_ip_.erase(std::find_if(begin, end, [&](const auto& one) { return one.second == place; }));
  }
  all_.erase(place);
}

bool ChangeHub::is_broken() {
  const std::lock_guard lock(mutex_);
  return broken_;
}

void ChangeHub::receive() {
  const std::lock_guard lock(mutex_);
  if (broken_) {
    return;
  }
  const Status received = socket_.receive([this](const Change& change) { handle(change); });
  if (!received) {
    broken_ = true;
    for (const Subscriber& one : all_) {
      one.callbacks.lost(received.error().context);
    }
  }
}

void ChangeHub::handle(const Change& change) {
  if (const auto key = key_of(change)) {
    const auto [begin, end] = by_ip_.equal_range(*key);
    for (auto one = begin; one != end; ++one) {
      if (concerns(one->second->interest, change)) {
        one->second->callbacks.changed();
      }
    }
    return;
  }
  for (const Subscriber& one : all_) {
    if (concerns(one.interest, change)) {
      one.callbacks.changed();
    }
  }
}

}  // namespace mainstay::netlink
