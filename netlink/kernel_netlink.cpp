// SPDX-License-Identifier: Apache-2.0
#include "netlink/kernel_netlink.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>

#include "core/base/unique_fd.h"
#include "netlink/change_socket.h"
#include "netlink/messages.h"

namespace mainstay::netlink {
namespace {

constexpr int kAttempts = 8;

/// All records of one kind that the answers hold. What the kernel could not tell in one go is asked
/// for again.
template <class Record>
Result<std::vector<Record>> ask_for(RouteSocket& socket, const Message& request,
                                    const std::string& what,
                                    std::optional<Record> (*decode)(const nlmsghdr&)) {
  for (int attempt = 1;; ++attempt) {
    std::vector<Record> records;
    const Status told = socket.ask(request, what, [&](const nlmsghdr& header) {
      if (auto record = decode(header)) {
        records.push_back(std::move(*record));
      }
    });
    if (told) {
      return records;
    }
    const std::error_code code = told.error().code;
    const bool passing = code == std::errc::interrupted || code == std::errc::message_size;
    if (!passing || attempt == kAttempts) {
      return told.error();
    }
  }
}

Result<Link> query_link(RouteSocket& socket, const Message& request, const std::string& what) {
  auto found = ask_for<Link>(socket, request, what, decode_link);
  if (!found) {
    return found.error();
  }
  if (found->empty()) {
    return fail_errno(what, ENODEV);
  }
  return std::move(found->front());
}

std::string link_of(int index) {
  return "find interface number " + std::to_string(index);
}

std::string describe(const Address& address) {
  return address.ip.text() + "/" + std::to_string(address.prefix);
}

std::string describe(const Route& route) {
  return "route to " + route.destination.text() + "/" + std::to_string(route.prefix);
}

class KernelAddressWatch : public AddressWatch {
 public:
  explicit KernelAddressWatch(ChangeSocket socket) : socket_(std::move(socket)) {}

  void wait(std::chrono::milliseconds timeout) override {
    pollfd waiting{socket_.descriptor(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) > 0) {
      // What changed is not read from here: the caller lists the addresses.
      (void)socket_.receive([](const Change&) {});
    }
  }

 private:
  ChangeSocket socket_;
};

}  // namespace

Result<std::vector<Address>> KernelNetlink::addresses(Family family, std::optional<int> link) {
  auto all = ask_for<Address>(socket_, encode_address_dump(family, link.value_or(0)),
                              "list addresses", decode_address);
  if (all && link) {
    std::erase_if(*all, [link](const Address& address) { return address.link != *link; });
  }
  return all;
}

Result<std::vector<Address>> KernelNetlink::addresses_of(const IpAddress& ip, int link) {
  return known_->addresses_of(ip, link, [&] { return addresses(ip.family(), link); });
}

Result<std::vector<Route>> KernelNetlink::routes(Family family, std::uint32_t table) {
  return known_->routes(family, table, [&] { return list_routes(family, table); });
}

Result<std::vector<Route>> KernelNetlink::list_routes(Family family, std::uint32_t table) {
  auto all = ask_for<Route>(socket_, encode_route_dump(family, table), "list routes", decode_route);
  if (!all && all.error().code == std::errc::no_such_file_or_directory) {
    return std::vector<Route>();  // the table has never been used
  }
  if (all) {
    std::erase_if(*all, [table](const Route& route) { return route.table != table; });
  }
  return all;
}

Result<int> KernelNetlink::link_index(const std::string& name) {
  const std::string what = "find interface " + name;
  if (name.empty() || name.size() >= ALTIFNAMSIZ) {
    return fail_errno(what, ENODEV);
  }
  if (name.size() < IFNAMSIZ) {
    ifreq asked{};
    name.copy(asked.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(socket_.descriptor(), SIOCGIFINDEX, &asked) == 0) {
      return asked.ifr_ifindex;
    }
    if (errno != ENODEV) {
      return fail_errno(what);
    }
  }
  const Result<Link> link = query_link(socket_, encode_link_query(name), what);
  return link ? Result<int>(link->index) : Result<int>(link.error());
}

Result<Link> KernelNetlink::find_link(int index) {
  return query_link(socket_, encode_link_query(index), link_of(index));
}

/// rtnetlink describes a link with everything that it has, statistics of IPv6 included; the old
/// requests answer one question each.
Result<Link> KernelNetlink::glance_at_link(int index) {
  ifreq asked{};
  asked.ifr_ifindex = index;
  if (::ioctl(socket_.descriptor(), SIOCGIFNAME, &asked) != 0) {
    return fail_errno(link_of(index));
  }
  Link link;
  link.index = index;
  link.name = asked.ifr_name;
  if (::ioctl(socket_.descriptor(), SIOCGIFFLAGS, &asked) != 0) {
    return fail_errno(link_of(index));
  }
  link.flags = static_cast<std::uint16_t>(asked.ifr_flags);
  if (::ioctl(socket_.descriptor(), SIOCGIFHWADDR, &asked) != 0) {
    return fail_errno(link_of(index));
  }
  link.hardware = asked.ifr_hwaddr.sa_family;
  link.operstate = IF_OPER_UP;
  // In which way it does not run only rtnetlink tells; renamed between our questions is rare
  // enough.
  return (link.flags & IFF_RUNNING) != 0 ? Result<Link>(std::move(link)) : find_link(index);
}

Status KernelNetlink::add_address(const Address& address) {
  return socket_.ask(encode_address_addition(address), "add " + describe(address));
}

Status KernelNetlink::remove_address(const Address& address) {
  return socket_.ask(encode_address_removal(address), "remove " + describe(address));
}

Status KernelNetlink::bring_up(int link) {
  return socket_.ask(encode_link_up(link), "bring up interface number " + std::to_string(link));
}

Status KernelNetlink::add_route(const Route& route) {
  return socket_.ask(encode_route(route, RouteWrite::add), "add " + describe(route));
}

Status KernelNetlink::replace_route(const Route& route) {
  return socket_.ask(encode_route(route, RouteWrite::replace), "replace " + describe(route));
}

Status KernelNetlink::remove_route(const Route& route) {
  return socket_.ask(encode_route_removal(route), "remove " + describe(route));
}

Status KernelNetlink::set_source(const Route& route, const IpAddress& source) {
  const std::string what = "change the source of " + describe(route);
  Message wanted;
  const Status listed = socket_.ask(encode_route_dump(route.destination.family(), route.table),
                                    what, [&](const nlmsghdr& header) {
                                      if (!wanted && decode_route(header) == route) {
                                        wanted = encode_other_source(header, source);
                                      }
                                    });
  if (!listed) {
    return listed.error();
  }
  return wanted ? socket_.ask(wanted, what) : fail_errno(what, ESRCH);
}

Status KernelNetlink::find_way(const IpAddress& destination) {
  return socket_.ask(encode_route_lookup(destination), "find a way to " + destination.text());
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

Result<std::unique_ptr<AddressWatch>> KernelNetlink::watch_addresses() {
  auto socket = ChangeSocket::open();
  if (!socket) {
    return socket.error();
  }
  return std::unique_ptr<AddressWatch>(std::make_unique<KernelAddressWatch>(std::move(*socket)));
}

struct KernelNetlinkPool::Shelf {
  std::mutex mutex;
  std::vector<std::unique_ptr<KernelNetlink>> idle;
  std::shared_ptr<KnownLists> known = std::make_shared<KnownLists>();
};

KernelNetlinkPool::KernelNetlinkPool() : shelf_(std::make_shared<Shelf>()) {}

Result<std::shared_ptr<Netlink>> KernelNetlinkPool::borrow() {
  std::unique_ptr<KernelNetlink> one;
  {
    const std::lock_guard lock(shelf_->mutex);
    if (!shelf_->idle.empty()) {
      one = std::move(shelf_->idle.back());
      shelf_->idle.pop_back();
    }
  }
  if (!one) {
    auto socket = RouteSocket::open();
    if (!socket) {
      return socket.error();
    }
    one = std::make_unique<KernelNetlink>(std::move(*socket), shelf_->known);
  }
  const auto put_back = [shelf = shelf_](KernelNetlink* used) {
    std::unique_ptr<KernelNetlink> owned(used);
    const std::lock_guard lock(shelf->mutex);
    if (shelf->idle.size() < kIdle) {
      shelf->idle.push_back(std::move(owned));
    }
  };
  return std::shared_ptr<Netlink>(
      one.release(), [put_back](Netlink* used) { put_back(static_cast<KernelNetlink*>(used)); });
}

}  // namespace mainstay::netlink
