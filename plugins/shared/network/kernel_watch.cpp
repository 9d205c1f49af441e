// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/network/kernel_watch.h"

#include <utility>

namespace mainstay::network {

/// Has no other owner than the watches: the last one takes it along.
struct KernelWatches::Subscription {
  explicit Subscription(netlink::ChangeSocket socket) : hub(std::move(socket)) {}

  netlink::ChangeHub hub;
  std::unique_ptr<agent::Listening> listening;  // ends before what it uses
};

class KernelWatches::OneWatch final : public agent::Watch {
 public:
  OneWatch(std::shared_ptr<Subscription> subscription, const netlink::Interest& interest,
           const agent::Watcher& watcher)
      : subscription_(std::move(subscription)),
        place_(subscription_->hub.add(
            {interest,
             {.changed = [watcher] { watcher.changed(); },
              .lost = [watcher](const std::string& why) { watcher.lost(why); }}})) {}
  ~OneWatch() override { subscription_->hub.remove(place_); }
  OneWatch(const OneWatch&) = delete;
  OneWatch& operator=(const OneWatch&) = delete;

 private:
  std::shared_ptr<Subscription> subscription_;
  netlink::ChangeHub::Place place_;
};

Result<std::shared_ptr<KernelWatches::Subscription>> KernelWatches::subscribe(
    const agent::Watcher& watcher) {
  auto socket = netlink::ChangeSocket::open(topics_);
  if (!socket) {
    return socket.error();
  }
  auto made = std::make_shared<Subscription>(std::move(*socket));
  made->listening = watcher.listen(made->hub.descriptor(), [hub = &made->hub] { hub->receive(); });
  if (!*made->listening) {
    return fail(Errc::limit_exceeded, "watch the kernel: the agent host watches too much");
  }
  return made;
}

agent::WatchStart KernelWatches::begin(const netlink::Interest& interest,
                                       const agent::Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Subscription> subscription = subscription_.lock();
  if (!subscription || subscription->hub.is_broken()) {
    auto made = subscribe(watcher);
    if (!made) {
      return {.watch = nullptr, .failure = made.error().context};
    }
    subscription = std::move(*made);
    subscription_ = subscription;
  }
  return {.watch = std::make_unique<OneWatch>(std::move(subscription), interest, watcher),
          .failure = {}};
}

}  // namespace mainstay::network
