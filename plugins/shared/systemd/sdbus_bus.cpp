// SPDX-License-Identifier: Apache-2.0
// Bus by sdbus-c++.
#include <poll.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "plugins/shared/systemd/bus.h"
#include "plugins/shared/systemd/sdbus_version.h"

namespace mainstay::systemd {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr const char* kServiceInterface = "org.freedesktop.systemd1.Service";
/// A signal can be lost while systemd executes itself anew: after this long without one, its state
/// is read.
constexpr std::chrono::seconds kDoubt{5};

bool is_any_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* one) { return name == one; });
}

Errc classify(const std::string& name) {
  if (is_any_of(name, {"org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.systemd1.LoadFailed",
                       "org.freedesktop.systemd1.InvalidName"})) {
    return Errc::not_found;
  }
  if (is_any_of(name, {"org.freedesktop.DBus.Error.AccessDenied", "System.Error.EACCES",
                       "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"})) {
    return Errc::permission_denied;
  }
  if (is_any_of(
          name,
          {"org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected",
           "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
           "org.freedesktop.DBus.Error.NoServer", "org.freedesktop.DBus.Error.Timeout",
           "org.freedesktop.DBus.Error.TimedOut", "org.freedesktop.DBus.Error.IOError",
           "org.freedesktop.DBus.Error.LimitsExceeded", "System.Error.ENOTCONN",
           "System.Error.ECONNRESET", "System.Error.ECONNREFUSED", "System.Error.EPIPE",
           "System.Error.ENOENT", "System.Error.ETIMEDOUT", "System.Error.ESHUTDOWN",
           "System.Error.EIO", "System.Error.EAGAIN", "System.Error.EBADF"})) {
    return Errc::unavailable;
  }
  return Errc::internal;
}

/// Runs `work`; what the library throws becomes an Error.
template <class Work>
auto attempt(const std::string& what, Work work) -> Result<decltype(work())> {
  try {
    return work();
  } catch (const sdbus::Error& error) {
    const std::string name = error.getName();
    const std::string text = error.getMessage().empty() ? name : error.getMessage();
    return fail(classify(name), what + ": " + text);
  } catch (const std::exception& error) {
    return fail(Errc::internal, what + ": " + error.what());
  }
}

milliseconds left_until(Deadline deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  return std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(24)));
}

class SdbusBus : public Bus {
 public:
  explicit SdbusBus(std::unique_ptr<sdbus::IConnection> connection)
      : connection_(std::move(connection)), manager_(proxy_of(kManagerPath)) {}

  Result<UnitState> unit_state(const std::string& unit, Deadline deadline) override {
    return attempt("look at " + unit, [&] {
      const std::string path = load(unit, deadline);
      return read_state(unit, path, deadline);
    });
  }

  Result<UnitState> settled_state(const std::string& unit, Deadline deadline) override {
    return attempt("look at " + unit, [&] {
      const std::string path = load(unit, deadline);
      UnitState state = read_state(unit, path, deadline);
      if (activity(state) != Activity::changing) {
        return state;
      }
      bool changed = false;
      const auto watch = add_match(
          *connection_,
          "type='signal',sender='org.freedesktop.systemd1',"
          "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',path='" +
              path + "'",
          [&changed](auto&&) { changed = true; });
      subscribe(deadline);
      for (;;) {
        changed = false;
        state = read_state(unit, path, deadline);
        if (activity(state) != Activity::changing) {
          return state;
        }
        pump(std::min(deadline, Clock::now() + kDoubt), [&] { return changed; });
        if (Clock::now() >= deadline) {
          return state;
        }
      }
    });
  }

  Result<std::string> run_job(Verb verb, const std::string& unit, Deadline deadline) override {
    const std::string what = (verb == Verb::start ? "start " : "stop ") + unit;
    auto result = attempt(what, [&]() -> std::optional<std::string> {
      std::string job;
      std::optional<std::string> outcome;
      const auto watch =
          add_match(*connection_,
                    "type='signal',sender='org.freedesktop.systemd1',"
                    "interface='org.freedesktop.systemd1.Manager',member='JobRemoved'",
                    [&](auto&& message) {
                      std::uint32_t id = 0;
                      sdbus::ObjectPath path;
                      std::string name;
                      std::string word;
                      message >> id >> path >> name >> word;
                      if (path == job) {
                        outcome = word;
                      }
                    });
      subscribe(deadline);
      limit(deadline);
      sdbus::ObjectPath made;
      manager_->callMethod(verb == Verb::start ? "StartUnit" : "StopUnit")
          .onInterface(kManager)
          .withArguments(unit, std::string("replace"))
          .storeResultsTo(made);
      job = made;
      while (!outcome && Clock::now() < deadline) {
        pump(std::min(deadline, Clock::now() + kDoubt), [&] { return outcome.has_value(); });
        if (!outcome && !has_job(unit, job, deadline)) {
          outcome = "";
        }
      }
      return outcome;
    });
    if (!result) {
      return result.error();
    }
    if (!*result) {
      return fail(Errc::timed_out, what + ": systemd's job has not ended in time");
    }
    return **result;
  }

  Result<LoadedFiles> loaded_files(const std::string& unit, Deadline deadline) override {
    return attempt("look at the files of " + unit, [&] {
      const auto proxy = proxy_of(load(unit, deadline));
      limit(deadline);
      const sdbus::Variant drop_ins = proxy->getProperty("DropInPaths").onInterface(kUnit);
      const sdbus::Variant outdated = proxy->getProperty("NeedDaemonReload").onInterface(kUnit);
      return LoadedFiles{drop_ins.get<std::vector<std::string>>(), outdated.get<bool>()};
    });
  }

  Status reload(Deadline deadline) override {
    return attempt("reload systemd's configuration", [&] {
      limit(deadline);
      manager_->callMethod("Reload").onInterface(kManager);
      return Done{};
    });
  }

  Status begin_reload(Deadline deadline) override {
    const std::string what = "reload systemd's configuration";
    bool begun = false;
    auto sent = attempt(what, [&] {
      // systemd asks the bus who we are before it says that it begins: the connection must last
      // until then.
      const auto watch =
          add_match(*connection_,
                    "type='signal',sender='org.freedesktop.systemd1',"
                    "interface='org.freedesktop.systemd1.Manager',member='Reloading'",
                    [&begun](auto&&) { begun = true; });
      subscribe(deadline);
      manager_->callMethod("Reload").onInterface(kManager).dontExpectReply();
      pump(std::min(deadline, Clock::now() + kDoubt), [&] { return begun; });
      return Done{};
    });
    if (sent && !begun) {
      return fail(Errc::timed_out, what + ": systemd has not begun");
    }
    return sent;
  }

  Result<bool> is_shutting_down(Deadline deadline) override {
    return attempt("ask for the state of the host", [&] {
      limit(deadline);
      const sdbus::Variant value = manager_->getProperty("SystemState").onInterface(kManager);
      if (value.get<std::string>() == "stopping") {
        return true;
      }
      const std::string daemon = "mainstayd.service";
      return read_state(daemon, load(daemon, deadline), deadline).active_state == "deactivating";
    });
  }

  Status reset_failed(const std::string& unit, Deadline deadline) override {
    return attempt("reset " + unit, [&] {
      limit(deadline);
      manager_->callMethod("ResetFailedUnit").onInterface(kManager).withArguments(unit);
      return Done{};
    });
  }

  Result<std::vector<std::string>> unit_files(Deadline deadline) override {
    return attempt("list unit files", [&] {
      limit(deadline);
      std::vector<sdbus::Struct<std::string, std::string>> files;
      manager_->callMethod("ListUnitFiles").onInterface(kManager).storeResultsTo(files);
      std::vector<std::string> paths;
      paths.reserve(files.size());
      for (const auto& file : files) {
        paths.push_back(std::get<0>(file));
      }
      return paths;
    });
  }

 private:
  std::unique_ptr<sdbus::IProxy> proxy_of(const std::string& path) {
    return sdbus::createProxy(*connection_, ServiceName(kService), sdbus::ObjectPath(path));
  }

  /// Every call ends at the deadline. The library takes 0 for "its own default".
  void limit(Deadline deadline) {
    const auto left = std::max(left_until(deadline), milliseconds(1));
    connection_->setMethodCallTimeout(
        static_cast<std::uint64_t>(std::chrono::duration_cast<microseconds>(left).count()));
  }

  void subscribe(Deadline deadline) {
    if (!subscribed_) {
      limit(deadline);
      manager_->callMethod("Subscribe").onInterface(kManager);
      subscribed_ = true;
    }
  }

  /// LoadUnit answers for units that do not exist, too: their LoadState says so.
  std::string load(const std::string& unit, Deadline deadline) {
    limit(deadline);
    sdbus::ObjectPath path;
    manager_->callMethod("LoadUnit").onInterface(kManager).withArguments(unit).storeResultsTo(path);
    return path;
  }

  UnitState read_state(const std::string& unit, const std::string& path, Deadline deadline) {
    limit(deadline);
    const auto proxy = proxy_of(path);
    const auto text = [&](const char* interface, const char* name) {
      const sdbus::Variant value = proxy->getProperty(name).onInterface(interface);
      return value.get<std::string>();
    };
    UnitState state;
    state.active_state = text(kUnit, "ActiveState");
    if (state.active_state == "active") {
      return state;  // the monitor of a unit that runs asks for nothing more
    }
    state.load_state = text(kUnit, "LoadState");
    state.sub_state = text(kUnit, "SubState");
    if (unit.ends_with(".service")) {
      state.result = text(kServiceInterface, "Result");
    }
    return state;
  }

  bool has_job(const std::string& unit, const std::string& job, Deadline deadline) {
    const auto proxy = proxy_of(load(unit, deadline));
    const sdbus::Variant value = proxy->getProperty("Job").onInterface(kUnit);
    return std::get<1>(value.get<sdbus::Struct<std::uint32_t, sdbus::ObjectPath>>()) == job;
  }

  /// Handles what arrives until `done` says so or `until` comes.
  template <class Predicate>
  void pump(Deadline until, Predicate done) {
    while (!done()) {
      if (process_one(*connection_)) {
        continue;
      }
      const auto left = left_until(until);
      if (left.count() == 0) {
        return;
      }
      const auto data = connection_->getEventLoopPollData();
      std::array<pollfd, 2> waiting{
          {{data.fd, data.events, 0}, {wake_descriptor(data), POLLIN, 0}}};
      const int due = data.getPollTimeout();
      const int limit = static_cast<int>(left.count());
      ::poll(waiting.data(), waiting.size(), due < 0 ? limit : std::min(due, limit));
    }
  }

  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> manager_;
  bool subscribed_ = false;
};

}  // namespace

Result<std::unique_ptr<Bus>> connect_system_bus() {
  auto bus = attempt("connect to the system bus", [] {
    return std::unique_ptr<Bus>(std::make_unique<SdbusBus>(sdbus::createSystemBusConnection()));
  });
  if (!bus && bus.error().code == make_error_code(Errc::internal)) {
    return fail(Errc::unavailable, bus.error().context);
  }
  return bus;
}

}  // namespace mainstay::systemd
