// SPDX-License-Identifier: Apache-2.0
#include "plugins/ipaddr2/address_watch.h"

#include <map>
#include <tuple>
#include <utility>

#include "netlink/change_socket.h"

namespace mainstay::ipaddr2 {

bool concerns(const Interest& interest, const netlink::Change& change) {
  if (const auto* address = std::get_if<netlink::AddressChange>(&change)) {
    return address->address.ip == interest.ip;
  }
  if (const auto* link = std::get_if<netlink::LinkChange>(&change)) {
    return link->link.index == interest.link &&
           (link->gone || (interest.check_link_status && netlink::is_down(link->link)));
  }
  return true;  // something was missed
}

/// Has no other owner than the watches: the last one takes it along.
class AddressWatches::Hub {
 public:
  struct Interested {
    Interest interest;
    agent::Watcher watcher;
  };
  using All = std::multimap<netlink::IpAddress, Interested>;
  using Place = All::iterator;

  static Result<std::shared_ptr<Hub>> open(const agent::Watcher& watcher) {
    auto socket = netlink::ChangeSocket::open();
    if (!socket) {
      return socket.error();
    }
    auto hub = std::make_shared<Hub>(std::move(*socket));
    hub->listening_ =
        watcher.listen(hub->socket_.descriptor(), [hub = hub.get()] { hub->receive(); });
    if (!*hub->listening_) {
      return fail(Errc::limit_exceeded, "watch addresses: the agent host watches too much");
    }
    return hub;
  }

  explicit Hub(netlink::ChangeSocket socket) : socket_(std::move(socket)) {}

  Place add(const Interested& one) {
    const std::lock_guard lock(mutex_);
    return all_.emplace(one.interest.ip, one);
  }
  void remove(Place place) {
    const std::lock_guard lock(mutex_);
    all_.erase(place);
  }
  bool is_broken() {
    const std::lock_guard lock(mutex_);
    return broken_;
  }

 private:
  void receive() {
    const std::lock_guard lock(mutex_);
    if (broken_) {
      return;
    }
    const Status received =
        socket_.receive([this](const netlink::Change& change) { handle(change); });
    if (!received) {
      broken_ = true;
      for (const auto& [ip, one] : all_) {
        one.watcher.lost(received.error().context);
      }
    }
  }

  void handle(const netlink::Change& change) {
    auto [begin, end] = std::pair(all_.begin(), all_.end());
    if (const auto* address = std::get_if<netlink::AddressChange>(&change)) {
      std::tie(begin, end) = all_.equal_range(address->address.ip);
    }
    for (auto one = begin; one != end; ++one) {
      if (concerns(one->second.interest, change)) {
        one->second.watcher.changed();
      }
    }
  }

  netlink::ChangeSocket socket_;
  std::mutex mutex_;
  All all_;
  bool broken_ = false;
  std::unique_ptr<agent::Listening> listening_;  // ends before what it uses
};

class AddressWatches::OneWatch final : public agent::Watch {
 public:
  OneWatch(std::shared_ptr<Hub> hub, const Hub::Interested& one)
      : hub_(std::move(hub)), place_(hub_->add(one)) {}
  ~OneWatch() override { hub_->remove(place_); }
  OneWatch(const OneWatch&) = delete;
  OneWatch& operator=(const OneWatch&) = delete;

 private:
  std::shared_ptr<Hub> hub_;
  Hub::Place place_;
};

agent::WatchStart AddressWatches::begin(const Interest& interest, const agent::Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Hub> hub = hub_.lock();
  if (!hub || hub->is_broken()) {
    auto opened = Hub::open(watcher);
    if (!opened) {
      return {.watch = nullptr, .failure = opened.error().context};
    }
    hub = std::move(*opened);
    hub_ = hub;
  }
  return {.watch = std::make_unique<OneWatch>(std::move(hub), Hub::Interested{interest, watcher}),
          .failure = {}};
}

}  // namespace mainstay::ipaddr2
