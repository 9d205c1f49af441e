// SPDX-License-Identifier: Apache-2.0
// A kernel of values: holds addresses, links and routes and does to them what the real one would.
#pragma once

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlink/rtnetlink.h"

namespace mainstay::netlink {

/// What outlives one opened FakeNetlink.
struct FakeKernel {
  std::vector<Address> addresses;
  std::vector<Link> links;
  std::vector<Route> routes;
  int flushes = 0;
  int error_of_changes = 0;        ///< an errno for every change, if not 0
  std::uint32_t flags_of_new = 0;  ///< set on added addresses (IFA_F_TENTATIVE, …)
  std::vector<std::uint32_t>
      later_flags;  ///< at each wait the newest address gets the next of these
};

class FakeNetlink : public Netlink {
 public:
  explicit FakeNetlink(FakeKernel& kernel) : kernel_(kernel) {}

  Result<std::vector<Address>> addresses(Family family, std::optional<int> link) override {
    std::vector<Address> found;
    for (const Address& address : kernel_.addresses) {
      if (address.ip.family() == family && address.link == link.value_or(address.link)) {
        found.push_back(address);
      }
    }
    return found;
  }
  Result<std::vector<Address>> addresses_of(const IpAddress& ip, int link) override {
    auto found = addresses(ip.family(), link);
    std::erase_if(*found, [&](const Address& address) { return !(address.ip == ip); });
    return found;
  }
  Result<std::vector<Route>> routes(Family family, std::uint32_t table) override {
    std::vector<Route> found;
    for (const Route& route : kernel_.routes) {
      if (route.destination.family() == family && route.table == table) {
        found.push_back(route);
      }
    }
    return found;
  }
  Result<int> link_index(const std::string& name) override {
    const auto found = find([&](const Link& link) {
      return link.name == name ||
             std::find(link.altnames.begin(), link.altnames.end(), name) != link.altnames.end();
    });
    return found ? Result<int>(found->index) : Result<int>(found.error());
  }
  Result<Link> find_link(int index) override {
    return find([&](const Link& link) { return link.index == index; });
  }
  Result<Link> glance_at_link(int index) override {
    auto link = find_link(index);
    if (link) {
      link->altnames.clear();
      link->mac.clear();
      link->mac_broadcast.clear();
    }
    return link;
  }
  Status add_address(const Address& address) override {
    if (kernel_.error_of_changes != 0) {
      return fail_errno("add", kernel_.error_of_changes);
    }
    for (const Address& present : kernel_.addresses) {
      if (present.link == address.link && present.ip == address.ip &&
          present.prefix == address.prefix) {
        return fail_errno("add", EEXIST);
      }
    }
    kernel_.addresses.push_back(address);
    kernel_.addresses.back().flags |= kernel_.flags_of_new;
    return Done{};
  }
  Status remove_address(const Address& address) override {
    if (kernel_.error_of_changes != 0) {
      return fail_errno("remove", kernel_.error_of_changes);
    }
    const auto gone = std::erase_if(kernel_.addresses, [&](const Address& present) {
      return present.link == address.link && present.ip == address.ip &&
             present.prefix == address.prefix;
    });
    if (gone == 0) {
      return fail_errno("remove", EADDRNOTAVAIL);
    }
    return Done{};
  }
  Status bring_up(int index) override {
    for (Link& link : kernel_.links) {
      if (link.index == index) {
        link.flags |= 1U;
      }
    }
    return Done{};
  }
  Status add_route(const Route& route) override {
    if (position_of(route) != kernel_.routes.end()) {
      return fail_errno("add", EEXIST);
    }
    kernel_.routes.push_back(route);
    return Done{};
  }
  Status replace_route(const Route& route) override {
    if (const auto old = position_of(route); old != kernel_.routes.end()) {
      kernel_.routes.erase(old);
    }
    kernel_.routes.push_back(route);
    return Done{};
  }
  Status remove_route(const Route& route) override {
    const auto found = position_of(route);
    if (found == kernel_.routes.end()) {
      return fail_errno("remove", ESRCH);
    }
    kernel_.routes.erase(found);
    return Done{};
  }
  Status set_source(const Route& route, const IpAddress& source) override {
    const auto found = position_of(route);
    if (found == kernel_.routes.end()) {
      return fail_errno("change", ESRCH);
    }
    found->source = source;
    return Done{};
  }
  Status find_way(const IpAddress& destination) override {
    for (const Route& route : kernel_.routes) {
      if (share_prefix(route.destination, destination, route.prefix)) {
        return Done{};
      }
    }
    return fail_errno("find a way", ENETUNREACH);
  }
  Status flush_route_cache() override {
    ++kernel_.flushes;
    return Done{};
  }
  Result<std::unique_ptr<AddressWatch>> watch_addresses() override {
    return std::unique_ptr<AddressWatch>(std::make_unique<Watch>(kernel_));
  }

 private:
  class Watch : public AddressWatch {
   public:
    explicit Watch(FakeKernel& kernel) : kernel_(kernel) {}
    void wait(std::chrono::milliseconds) override {
      if (!kernel_.later_flags.empty() && !kernel_.addresses.empty()) {
        kernel_.addresses.back().flags = kernel_.later_flags.front();
        kernel_.later_flags.erase(kernel_.later_flags.begin());
      }
    }

   private:
    FakeKernel& kernel_;
  };

  std::vector<Route>::iterator position_of(const Route& route) {
    return std::find_if(kernel_.routes.begin(), kernel_.routes.end(), [&](const Route& one) {
      return one.destination == route.destination && one.prefix == route.prefix &&
             one.table == route.table && one.metric == route.metric;
    });
  }

  template <class Predicate>
  Result<Link> find(Predicate predicate) {
    const auto found = std::find_if(kernel_.links.begin(), kernel_.links.end(), predicate);
    if (found == kernel_.links.end()) {
      return fail_errno("find interface", ENODEV);
    }
    return *found;
  }

  FakeKernel& kernel_;
};

}  // namespace mainstay::netlink
