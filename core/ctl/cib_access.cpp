// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/cib_access.h"

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "core/base/write_file.h"
#include "core/ctl/cib_file.h"
#include "core/ctl/daemon_client.h"

namespace mainstay::ctl {
namespace {

cib::Origin origin() {
  return {"mainstay", user_name(), host_name()};
}

}  // namespace

Result<Snapshot> CibAccess::load() const {
  if (is_file()) {
    auto read = read_cib_file(file_);
    if (!read) {
      return read.error();
    }
    return Snapshot{std::move(*read), std::nullopt};
  }
  auto reply = ask(control::QueryStatus{});
  if (!reply) {
    return reply.error();
  }
  auto parsed = cib::Document::parse(reply->cib, "the cluster's CIB");
  if (!parsed) {
    return parsed.error();
  }
  return Snapshot{std::move(*parsed), reply->status};
}

Status CibAccess::change_file(const cib::Change& change) const {
  auto snapshot = load();
  if (!snapshot) {
    return snapshot.error();
  }
  auto applied = snapshot->cib.apply(change, origin(), wall_now());
  if (!applied) {
    return applied;
  }
  return write_file(file_, snapshot->cib.text());
}

/// Of the cluster alone: a file has no such thing.
Result<control::Reply> CibAccess::ask(const control::Request& request,
                                      std::optional<Duration> patience, int interrupt) const {
  if (is_file()) {
    return fail(Errc::unsupported, "Specified option '-f' is not supported in this command");
  }
  auto client = DaemonClient::connect(socket_);
  return client ? client->call(request, patience, interrupt) : client.error();
}

Status CibAccess::tell(const control::Request& request) const {
  auto reply = ask(request);
  return reply ? Status(Done{}) : Status(reply.error());
}

Status CibAccess::apply(const cib::Change& change) const {
  if (change.empty()) {
    return Done{};
  }
  return is_file() ? change_file(change) : tell(control::ChangeCib{change, origin()});
}

Status CibAccess::replace(const std::string& xml) const {
  return is_file() ? write_file(file_, xml) : tell(control::ReplaceCib{xml, origin()});
}

Status CibAccess::set_attribute(const std::string& node,
                                const model::AttributeUpdate& update) const {
  return tell(control::ChangeAttribute{node, update});
}

Result<std::vector<model::MonitorTimes>> CibAccess::monitor_times() const {
  auto reply = ask(control::QueryTimes{});
  if (!reply) {
    return reply.error();
  }
  return std::move(reply->times);
}

Result<std::string> CibAccess::await_idle(std::optional<Duration> patience, int interrupt) const {
  auto reply = ask(control::AwaitIdle{}, patience, interrupt);
  if (!reply) {
    return reply.error();
  }
  return std::move(reply->detail);
}

std::string user_name() {
  const uid_t uid = ::geteuid();
  if (uid == 0) {
    return "root";
  }
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? entry.pw_name : std::to_string(uid);
}

std::string host_name() {
  utsname names{};
  return ::uname(&names) == 0 ? names.nodename : "localhost";
}

WallTime wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace mainstay::ctl
