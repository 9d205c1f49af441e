// SPDX-License-Identifier: Apache-2.0
// One subscription to the kernel's changes for many who each care for a few of them.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "netlink/change_socket.h"
#include "netlink/records.h"

namespace mainstay::netlink {

/// Which route: its destination in its table.
struct RoutePlace {
  IpAddress destination = {};
  unsigned prefix = 0;
  std::uint32_t table = 0;
};

/// What somebody wants to hear of.
struct Interest {
  std::vector<IpAddress> addresses = {};
  std::optional<RoutePlace> route = {};
  std::optional<int> link = {};    ///< that it goes away
  bool check_link_status = false;  ///< and that it goes down
};

/// Whether a change may matter. Pure. True for everybody when something was missed.
bool concerns(const Interest& interest, const Change& change);

/// Threading: any. Callbacks run inside receive(), must not block, and not call the hub.
class ChangeHub {
 public:
  struct Callbacks {
    std::function<void()> changed;
    std::function<void(const std::string&)> lost;  ///< nothing more will be heard
  };
  struct Subscriber {
    Interest interest;
    Callbacks callbacks;
  };
  using Place = std::list<Subscriber>::iterator;

  explicit ChangeHub(ChangeSocket socket) : socket_(std::move(socket)) {}

  /// Readable when receive() has something to do.
  int descriptor() const { return socket_.descriptor(); }
  void receive();
  /// It has told everybody that it is lost.
  bool is_broken();

  Place add(Subscriber subscriber);
  /// No callback of it runs any more afterwards.
  void remove(Place place);

 private:
  void handle(const Change& change);

  ChangeSocket socket_;
  std::mutex mutex_;
  std::list<Subscriber> all_;
  std::multimap<IpAddress, Place> by_ip_;  // thousands care for an address each
  bool broken_ = false;
};

}  // namespace mainstay::netlink
