// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/mount_watch.h"

#include <fcntl.h>
#include <sys/epoll.h>

#include <list>
#include <utility>

#include "core/base/unique_fd.h"
#include "plugins/filesystem/mounts.h"

namespace mainstay::filesystem {
namespace {

int mount_at(const std::vector<Mount>& mounts, const std::string& directory) {
  const Mount* found = find_at(mounts, directory);
  return found == nullptr ? 0 : found->id;
}

}  // namespace

/// Has no other owner than the watches: the last one takes it along.
class MountWatches::Hub {
 public:
  struct Interested {
    std::string directory;
    agent::Watcher watcher;
    int mount = 0;  ///< what was there last
  };
  using Place = std::list<Interested>::iterator;

  /// mountinfo is always readable; that it has changed is an exceptional condition, for which an
  /// epoll descriptor of its own waits, and becomes readable.
  static Result<std::shared_ptr<Hub>> open(const agent::Watcher& watcher) {
    UniqueFd table(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
    UniqueFd changes(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLPRI;
    if (!table || !changes || ::epoll_ctl(changes.get(), EPOLL_CTL_ADD, table.get(), &event) != 0) {
      return fail_errno("watch mounts");
    }
    auto hub = std::make_shared<Hub>(std::move(table), std::move(changes));
    hub->listening_ = watcher.listen(hub->changes_.get(), [hub = hub.get()] { hub->receive(); });
    if (!*hub->listening_) {
      return fail(Errc::limit_exceeded, "watch mounts: the agent host watches too much");
    }
    return hub;
  }

  Hub(UniqueFd table, UniqueFd changes) : table_(std::move(table)), changes_(std::move(changes)) {}

  Result<Place> add(const std::string& directory, const agent::Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    const auto mounts = list_mounts();
    if (!mounts) {
      return mounts.error();
    }
    return all_.insert(all_.end(), {directory, watcher, mount_at(*mounts, directory)});
  }
  void remove(Place place) {
    const std::lock_guard lock(mutex_);
    all_.erase(place);
  }

 private:
  void receive() {
    const std::lock_guard lock(mutex_);
    // The kernel tells of a change once, and whoever asked whether this descriptor is readable may
    // have been told already: that nothing is left here means nothing.
    epoll_event event{};
    (void)::epoll_wait(changes_.get(), &event, 1, 0);
    const auto mounts = list_mounts();
    for (Interested& one : all_) {
      if (!mounts) {
        one.watcher.lost(mounts.error().context);
      } else if (const int now = mount_at(*mounts, one.directory); now != one.mount) {
        one.mount = now;
        one.watcher.changed();
      }
    }
  }

  UniqueFd table_;
  UniqueFd changes_;
  std::mutex mutex_;
  std::list<Interested> all_;
  std::unique_ptr<agent::Listening> listening_;  // ends before what it uses
};

class MountWatches::OneWatch final : public agent::Watch {
 public:
  OneWatch(std::shared_ptr<Hub> hub, Hub::Place place) : hub_(std::move(hub)), place_(place) {}
  ~OneWatch() override { hub_->remove(place_); }
  OneWatch(const OneWatch&) = delete;
  OneWatch& operator=(const OneWatch&) = delete;

 private:
  std::shared_ptr<Hub> hub_;
  Hub::Place place_;
};

agent::WatchStart MountWatches::begin(const std::string& directory, const agent::Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Hub> hub = hub_.lock();
  if (!hub) {
    auto opened = Hub::open(watcher);
    if (!opened) {
      return {.watch = nullptr, .failure = opened.error().context};
    }
    hub = std::move(*opened);
    hub_ = hub;
  }
  const auto place = hub->add(directory, watcher);
  if (!place) {
    return {.watch = nullptr, .failure = place.error().context};
  }
  return {.watch = std::make_unique<OneWatch>(hub, *place), .failure = {}};
}

}  // namespace mainstay::filesystem
