// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/filesystem_agent.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "plugins/filesystem/device_check.h"
#include "plugins/filesystem/mount_watch.h"
#include "plugins/filesystem/mounts.h"
#include "plugins/filesystem/users.h"
#include "plugins/shared/process/program.h"

namespace mainstay::filesystem {
namespace {

namespace fs = std::filesystem;
using agent::ActionContext;
using agent::ActionResult;
using agent::LogSeverity;
using agent::OcfExitCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// For the answer to arrive before the host is killed.
constexpr milliseconds kReserve{1000};
constexpr seconds kFastStop{6};
/// For an unmount at the end of the time.
constexpr std::chrono::steady_clock::duration kTry = milliseconds(200);

std::string node_name() {
  utsname host{};
  return ::uname(&host) == 0 ? host.nodename : "";
}

bool is_known_to_kernel(const std::string& fstype) {
  std::ifstream in("/proc/filesystems");
  for (std::string line; std::getline(in, line);) {
    if (line.substr(line.rfind('\t') + 1) == fstype) {
      return true;
    }
  }
  return false;
}

/// NFS of a cloud: nothing but a program of the cloud's can mount it.
bool needs_own_helper(const std::string& fstype) {
  return fstype == "efs" || fstype == "aznfs";
}

/// Under which name the kernel knows a type.
std::string kernel_name(const std::string& fstype) {
  if (fstype.starts_with("fuse.") || fstype == "glusterfs" || fstype == "rozofs") {
    return "fuse";
  }
  return needs_own_helper(fstype) ? "nfs4" : fstype;
}

/// A mount point that cannot be told from the root's would have everybody signalled.
bool is_on_root(const std::string& path) {
  struct stat of_path {};
  struct stat of_root {};
  return ::stat(path.c_str(), &of_path) == 0 && ::stat("/", &of_root) == 0 &&
         of_path.st_dev == of_root.st_dev;
}

/// What is mounted there, if anything is.
Result<std::optional<Mount>> mounted_at(const std::string& place) {
  const auto mounts = list_mounts();
  if (!mounts) {
    return mounts.error();
  }
  const Mount* found = place.empty() ? nullptr : find_at(*mounts, place);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace

std::variant<FilesystemAgent::Target, ActionResult> FilesystemAgent::prepare(
    const ActionContext& context) {
  auto read = read_settings(context, node_name());
  if (auto* complaint = std::get_if<ActionResult>(&read)) {
    return *complaint;
  }
  Target target;
  target.settings = std::get<Settings>(std::move(read));
  const Settings& settings = target.settings;
  target.device = resolve(settings.device).value_or(settings.device);
  std::error_code none;
  target.on_device = settings.may_be_block_device && !fs::is_directory(target.device, none);
  target.mount_point = settings.directory;
  if (!settings.directory.empty()) {
    // Reads links and nothing else: a server that is gone would not answer.
    const fs::path canonical = fs::canonical(settings.directory, none);
    if (!none) {
      target.mount_point = canonical;
    }
  }
  return target;
}

/// A device that another node has just made may not be known here yet.
ActionResult FilesystemAgent::find_device(const ActionContext& context, Target& target) {
  if (!target.on_device || target.device == "/dev/null" || is_block_device(target.device)) {
    return ActionResult::ok();
  }
  const auto left = std::chrono::duration_cast<seconds>(context.deadline() - Clock::now());
  (void)process::run_program(
      {"udevadm", "settle", "-t", std::to_string(std::max<std::int64_t>(left.count() - 1, 0)),
       "--exit-if-exists=" + target.device},
      context.deadline() - kReserve);
  target.device = resolve(target.settings.device).value_or(target.settings.device);
  if (is_block_device(target.device)) {
    return ActionResult::ok();
  }
  return ActionResult::not_installed("Couldn't find device [" + target.settings.device +
                                     "]. Expected a block device");
}

ActionResult FilesystemAgent::check_filesystem(const ActionContext& context, const Target& target) {
  const Settings& settings = target.settings;
  if (!target.on_device || !settings.needs_fsck) {
    return ActionResult::ok();
  }
  std::vector<std::string> words = {"fsck"};
  if (!settings.fstype.empty()) {
    words.insert(words.end(), {"-t", settings.fstype});
  }
  words.insert(words.end(), {"-p", target.device});
  context.log(LogSeverity::info, "Starting filesystem check on " + target.device);
  const auto checked = process::run_program(words, context.deadline() - kReserve);
  if (!checked) {
    return checked.error().code == std::errc::no_such_file_or_directory
               ? ActionResult::not_installed("fsck is not installed")
               : ActionResult::failed(checked.error().context);
  }
  constexpr int kFirstUncorrected = 4;  // fsck(8)
  return checked->code < kFirstUncorrected
             ? ActionResult::ok()
             : ActionResult::failed("Couldn't successfully fsck filesystem for " + target.device);
}

ActionResult FilesystemAgent::start(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  auto& target = std::get<Target>(prepared);
  const Settings& settings = target.settings;
  const CloneVerdict verdict = judge_clone(context, settings);
  if (verdict.refused) {
    return ActionResult::misconfigured("DANGER! " + settings.fstype + " on " + settings.device +
                                       " is NOT cluster-aware: it is not mounted as a clone");
  }
  if (!verdict.warning.empty()) {
    context.log(LogSeverity::warning, verdict.warning);
  }
  const auto mounts = list_mounts();
  if (!mounts) {
    return ActionResult::failed(mounts.error().context);
  }
  if (!below(*mounts, target.mount_point).empty()) {
    return ActionResult::misconfigured("There is one or more mounts mounted under " +
                                       settings.directory + ".");
  }
  if (find_at(*mounts, target.mount_point) != nullptr) {
    return ActionResult::ok();
  }
  const std::string type = kernel_name(settings.fstype);
  if (!type.empty() && type != "none" && !is_known_to_kernel(type)) {
    (void)process::run_program({"modprobe", type}, context.deadline() - kReserve);
    if (!is_known_to_kernel(type)) {
      return ActionResult::not_installed("The kernel does not know filesystem " + type +
                                         " and has no module for it");
    }
  }
  if (needs_own_helper(settings.fstype) && !has_helper(settings.fstype)) {
    return ActionResult::not_installed("mount." + settings.fstype + " is not installed");
  }
  if (auto found = find_device(context, target); found.code != OcfExitCode::success) {
    return found;
  }
  if (auto checked = check_filesystem(context, target); checked.code != OcfExitCode::success) {
    return checked;
  }
  std::error_code error;
  fs::create_directories(settings.directory, error);
  if (!fs::is_directory(settings.directory, error)) {
    return ActionResult::not_installed("Couldn't find directory [" + settings.directory +
                                       "] to use as a mount point");
  }
  if (target.on_device) {
    flush_buffers(target.device);
  }
  const std::string fstype = settings.fstype == "none" ? "" : settings.fstype;
  const auto mounted = mount(settings.device, settings.directory, fstype, settings.options,
                             context.deadline() - kReserve);
  return mounted ? ActionResult::ok() : ActionResult::failed(mounted.error().context);
}

void FilesystemAgent::signal_users(const ActionContext& context, const Target& target,
                                   const std::string& place, const std::vector<int>& signals,
                                   Clock::time_point until) {
  ForceUnmount force = target.settings.force_unmount;
  if (force == ForceUnmount::all && target.settings.is_bind && is_on_root(target.device)) {
    force = ForceUnmount::safe;
  }
  std::vector<pid_t> users;
  if (force == ForceUnmount::all) {
    users = users_of_filesystem(place);
  } else if (force == ForceUnmount::safe) {
    users = users_below(place);
  }
  if (users.empty()) {
    context.log(LogSeverity::info, "No processes on " + place +
                                       " were signalled. force_unmount "
                                       "is set to '" +
                                       std::string(context.parameter("force_unmount")) + "'");
  }
  const milliseconds left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
  const milliseconds delay = std::clamp<milliseconds>(target.settings.signal_delay, milliseconds(0),
                                                      std::max(left, milliseconds(0)));
  for (const int signal : signals) {
    for (const pid_t user : users) {
      context.log(LogSeverity::info,
                  "sending signal " + std::to_string(signal) + " to " + describe_process(user));
    }
    signal_and_wait(users, signal, delay);
  }
}

/// Half of the time politely, the other half not. Only then is a server given up: it may be slow to
/// take what is still to be written.
bool FilesystemAgent::release(const ActionContext& context, const Target& target,
                              const std::string& place, Clock::time_point until) {
  const Settings& settings = target.settings;
  const auto half = Clock::now() + (until - Clock::now()) / 2;
  struct Attempt {
    const std::vector<int>* signals;
    Clock::time_point end;
    bool force;
  };
  for (const auto& [signals, end, force] :
       {Attempt{&settings.term_signals, half, false},
        Attempt{&settings.kill_signals, until, settings.is_remote()}}) {
    for (;;) {
      const auto there = mounted_at(place);
      if (there && !*there) {
        return true;
      }
      // Half of what is left: who may have to be signalled must not wait for the server, too.
      const auto now = Clock::now();
      const auto unmounted = there ? unmount(**there, force, now + std::max((end - now) / 2, kTry))
                                   : Status(there.error());
      if (const auto still = mounted_at(place); still && !*still) {
        return true;
      }
      if (Clock::now() >= end) {
        break;
      }
      context.log(LogSeverity::warning,
                  "Couldn't unmount " + place + ": " +
                      (unmounted ? "something else is mounted there" : unmounted.error().context));
      signal_users(context, target, place, *signals, end);
    }
  }
  return false;
}

ActionResult FilesystemAgent::stop(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  const auto mounts = list_mounts();
  if (!mounts) {
    return ActionResult::failed(mounts.error().context);
  }
  if (target.mount_point.empty() || find_at(*mounts, target.mount_point) == nullptr) {
    return ActionResult::ok();
  }
  constexpr int kWritingMonitor = 20;
  if (context.check_level() == kWritingMonitor) {
    std::error_code ignored;  // it may be mounted read-only
    fs::remove(target.settings.status_file, ignored);
  }
  std::vector<std::string> places = below(*mounts, target.mount_point);
  if (!target.settings.is_bind) {
    const auto others = elsewhere(*mounts, target.mount_point);
    places.insert(places.end(), others.begin(), others.end());
  }
  places.push_back(target.mount_point);
  const auto latest = context.deadline() - kReserve;
  for (const std::string& place : places) {
    const auto until =
        target.settings.fast_stop ? std::min(latest, Clock::now() + kFastStop) : latest;
    if (!release(context, target, place, until) && place == target.mount_point) {
      return ActionResult::failed("Couldn't unmount " + place + ", giving up!");
    }
  }
  if (target.on_device) {
    flush_buffers(target.device);
  }
  return ActionResult::ok();
}

ActionResult FilesystemAgent::look_deeper(const ActionContext& context, const Target& target) {
  const bool on_device = target.on_device;
  switch (context.check_level()) {
    case 0:
      return ActionResult::ok();
    case 10: {
      const auto read = on_device ? read_device(target.device) : Status(Done{});
      return read ? ActionResult::ok() : ActionResult::failed(read.error().context);
    }
    case 20: {
      const auto written = write_status_file(target.settings.status_file,
                                             std::string(context.resource_id()) + "\n", on_device);
      return written ? ActionResult::ok() : ActionResult::failed(written.error().context);
    }
    default:
      return ActionResult::misconfigured("unsupported monitor level " +
                                         std::to_string(context.check_level()));
  }
}

ActionResult FilesystemAgent::monitor(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  const auto there = mounted_at(target.mount_point);
  if (!there) {
    return ActionResult::failed(there.error().context);
  }
  if (!*there) {
    return ActionResult::not_running();
  }
  return context.action() == "status" ? ActionResult::ok() : look_deeper(context, target);
}

ActionResult FilesystemAgent::validate_all(const ActionContext& context) {
  auto prepared = prepare(context);
  const auto* result = std::get_if<ActionResult>(&prepared);
  return result != nullptr ? *result : ActionResult::ok();
}

agent::WatchStart FilesystemAgent::watch(const ActionContext& context,
                                         const agent::Watcher& watcher) {
  static MountWatches watches;
  auto prepared = prepare(context);
  if (const auto* result = std::get_if<ActionResult>(&prepared)) {
    return {.watch = nullptr, .failure = result->reason};
  }
  const auto& target = std::get<Target>(prepared);
  return target.mount_point.empty() ? agent::WatchStart{}
                                    : watches.begin(target.mount_point, watcher);
}

}  // namespace mainstay::filesystem
