// SPDX-License-Identifier: Apache-2.0
#include "plugins/shared/systemd/unit_watch.h"

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "plugins/shared/systemd/sdbus_version.h"

namespace mainstay::systemd {
namespace {

/// An answer takes milliseconds; systemd gives none while it reads its configuration anew.
constexpr std::uint64_t kCallTimeoutUs = 5'000'000;

std::string match_of(const std::string& interface, const std::string& member,
                     const std::string& rest) {
  return "type='signal',sender='org.freedesktop.systemd1',interface='" + interface + "',member='" +
         member + "'," + rest;
}

/// True for a PropertiesChanged by which the unit is not, or not any more, simply active.
bool leaves_active(sdbus::Message& message) {
  std::string interface;
  std::map<std::string, sdbus::Variant> changed;
  message >> interface >> changed;
  const auto state = changed.find("ActiveState");
  return state != changed.end() && state->second.get<std::string>() != "active";
}

/// Has no other owner than the watches: the last one takes it along.
class Hub {
 public:
  struct Watched {
    explicit Watched(const agent::Watcher& one) : watcher(one) {}
    agent::Watcher watcher;
    std::vector<sdbus::Slot> matches;
  };
  using Place = std::list<Watched>::iterator;

  explicit Hub(std::unique_ptr<sdbus::IConnection> connection)
      : connection_(std::move(connection)),
        manager_(sdbus::createProxy(*connection_, ServiceName(kService),
                                    sdbus::ObjectPath(kManagerPath))) {
    connection_->setMethodCallTimeout(kCallTimeoutUs);
    manager_->callMethod("Subscribe").onInterface(kManager);
  }

  bool listen(const agent::Watcher& watcher) {
    listening_ =
        watcher.listen(connection_->getEventLoopPollData().fd, [this] { handle_arrived(); });
    return static_cast<bool>(*listening_);
  }

  Place add(const std::string& unit, const agent::Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    sdbus::ObjectPath path;
    manager_->callMethod("LoadUnit").onInterface(kManager).withArguments(unit).storeResultsTo(path);
    const auto place = all_.emplace(all_.end(), watcher);
    try {
      place->matches.push_back(add_match(
          *connection_,
          match_of("org.freedesktop.DBus.Properties", "PropertiesChanged", "path='" + path + "'"),
          [place](auto&& message) {
            if (leaves_active(message)) {
              place->watcher.changed();
            }
          }));
      place->matches.push_back(add_match(*connection_,
                                         match_of(kManager, "JobRemoved", "arg2='" + unit + "'"),
                                         [place](auto&&) { place->watcher.changed(); }));
    } catch (...) {
      all_.erase(place);
      throw;
    }
    // While we waited for answers, signals may have been taken from the socket.
    drain();
    return place;
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
  void handle_arrived() {
    const std::lock_guard lock(mutex_);
    drain();
  }

  void drain() {
    try {
      while (!broken_ && process_one(*connection_)) {
      }
    } catch (const sdbus::Error& error) {
      broken_ = true;
      for (const Watched& one : all_) {
        one.watcher.lost("the bus connection is gone: " + error.getMessage());
      }
    }
  }

  std::mutex mutex_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> manager_;
  std::list<Watched> all_;
  bool broken_ = false;
  std::unique_ptr<agent::Listening> listening_;  // ends before what it uses
};

class UnitWatch final : public agent::Watch {
 public:
  UnitWatch(std::shared_ptr<Hub> hub, Hub::Place place) : hub_(std::move(hub)), place_(place) {}
  ~UnitWatch() override { hub_->remove(place_); }
  UnitWatch(const UnitWatch&) = delete;
  UnitWatch& operator=(const UnitWatch&) = delete;

 private:
  std::shared_ptr<Hub> hub_;
  Hub::Place place_;
};

/// The one connection of this process, while anybody watches.
class Hubs {
 public:
  agent::WatchStart begin(const std::string& unit, const agent::Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    try {
      std::shared_ptr<Hub> hub = hub_.lock();
      if (!hub || hub->is_broken()) {
        hub = std::make_shared<Hub>(sdbus::createSystemBusConnection());
        if (!hub->listen(watcher)) {
          return {.watch = nullptr, .failure = "the agent host watches too much"};
        }
        hub_ = hub;
      }
      const Hub::Place place = hub->add(unit, watcher);
      return {.watch = std::make_unique<UnitWatch>(std::move(hub), place), .failure = {}};
    } catch (const std::exception& error) {
      return {.watch = nullptr, .failure = "watch " + unit + ": " + error.what()};
    }
  }

 private:
  std::mutex mutex_;
  std::weak_ptr<Hub> hub_;
};

}  // namespace

agent::WatchStart watch_unit(const std::string& unit, const agent::Watcher& watcher) {
  static Hubs hubs;
  return hubs.begin(unit, watcher);
}

}  // namespace mainstay::systemd
