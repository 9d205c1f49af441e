// SPDX-License-Identifier: Apache-2.0
// mainstayd: reads its options, builds every part by constructor and runs the loop.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/base/unique_fd.h"
#include "core/daemon/daemon.h"
#include "core/daemon/install_paths.h"
#include "core/daemon/options.h"
#include "core/executor/agent_executor.h"
#include "core/executor/host_cgroup.h"
#include "core/executor/timer_service.h"
#include "core/membership/corosync.h"
#include "core/membership/standalone.h"
#include "core/store/cib_store.h"

namespace mainstay::daemon {
namespace {

constexpr std::chrono::seconds kFarewell{
    2};  // the membership's own limit for sending what is queued
constexpr const char* kCorosyncConf = "/etc/corosync/corosync.conf";

std::string host_name() {
  utsname names{};
  ::uname(&names);
  return static_cast<const char*>(names.nodename);
}

/// Held as long as the process lives: a second daemon on this host is refused.
Result<UniqueFd> lock_host(const std::string& run_dir) {
  const std::string path = run_dir + "/mainstayd.lock";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) {
    return fail_errno("open " + path);
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK
               ? fail(Errc::conflict, "another mainstayd runs on this host (it holds " + path +
                                          "); see systemctl status mainstayd")
               : fail_errno("lock " + path);
  }
  return fd;
}

Status make_directory(const std::string& path, mode_t mode) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error{error, "create " + path + ": " + error.message()};
  }
  if (::chmod(path.c_str(), mode) != 0) {
    return fail_errno("chmod " + path);
  }
  return Done{};
}

bool use_corosync(MembershipKind kind) {
  return kind == MembershipKind::corosync ||
         (kind == MembershipKind::automatic && std::filesystem::exists(kCorosyncConf));
}

Status require_directory(const std::string& path, const std::string& what) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return fail(Errc::not_found, what + " " + path +
                                     " is missing; reinstall mainstay or set the right place in " +
                                     kConfigFile);
  }
  return Done{};
}

/// Everything that lives as long as the daemon is in the cluster.
Result<int> serve(boost::asio::io_context& io, const Options& options,
                  membership::Membership& membership, bool corosync, store::Loaded loaded) {
  executor::TimerService timers(io);
  executor::AgentExecutor executor(io, timers,
                                   {.host_program = options.libexec_dir + "/mainstay-agent-host",
                                    .plugin_directory = options.agent_dir,
                                    .cgroup = executor::delegated_cgroup()});
  Daemon daemon({io, options, membership, executor, timers}, std::move(loaded.document),
                corosync ? "corosync" : "standalone", std::move(loaded.notices));
  if (auto started = daemon.start(); !started) {
    return started.error();
  }
  log(LogLevel::notice, "mainstayd runs",
      {{"version", kVersion}, {"membership", corosync ? "corosync" : "standalone"}});
  io.run();
  return daemon.exit_code();
}

Result<int> run(const Options& options) {
  for (const auto& [path, what] : {std::pair{options.agent_dir, "plugin directory"},
                                   std::pair{options.libexec_dir, "program directory"}}) {
    if (auto there = require_directory(path, what); !there) {
      return there.error();
    }
  }
  for (const auto& [path, mode] :
       {std::pair{options.run_dir, 0755U}, std::pair{options.cib_dir(), 0750U}}) {
    if (auto made = make_directory(path, mode); !made) {
      return made.error();
    }
  }
  auto lock = lock_host(options.run_dir);
  if (!lock) {
    return lock.error();
  }
  auto loaded = store::load_newest(options.cib_dir());
  if (!loaded) {
    return within("load the CIB", loaded.error());
  }
  for (const std::string& notice : loaded->notices) {
    log(LogLevel::error, notice);
  }

  boost::asio::io_context io;
  const bool corosync = use_corosync(options.membership);
  std::unique_ptr<membership::Membership> membership;
  if (corosync) {
    membership = std::make_unique<membership::CorosyncMembership>(io);
  } else {
    membership = std::make_unique<membership::StandaloneMembership>(
        io, options.node_name.empty() ? host_name() : options.node_name);
  }
  Result<int> ended = serve(io, options, *membership, corosync, std::move(*loaded));
  // What was still queued for the others when we left goes out before the process ends.
  io.restart();
  io.run_for(kFarewell);
  return ended;
}

}  // namespace
}  // namespace mainstay::daemon

// An exception that nobody expected ends in a core, which tells more than a message would.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using mainstay::LogLevel;
  const auto parsed = mainstay::daemon::parse_options(argc, argv);
  if (!parsed.run) {
    return parsed.exit_code;
  }
  mainstay::set_log_level(parsed.options.log_level);
  mainstay::keep_freed_memory();
  // What agents call asks this daemon.
  ::setenv("MAINSTAY_SOCKET", parsed.options.socket_path().c_str(),
           1);  // NOLINT(concurrency-mt-unsafe)
  const auto ended = mainstay::daemon::run(parsed.options);
  if (!ended) {
    mainstay::log(LogLevel::error, "mainstayd cannot run: " + ended.error().context);
    return 1;
  }
  return *ended;
}
