// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/users.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>

#include "core/base/unique_fd.h"

namespace mainstay::filesystem {
namespace {

namespace fs = std::filesystem;

/// One thing that a process has open, as a link in /proc.
using Opened = std::function<bool(const fs::path& link)>;
/// One line of /proc/PID/maps.
using Mapped = std::function<bool(std::string_view line)>;

std::optional<pid_t> process_of(const fs::path& folder) {
  const std::string name = folder.filename();
  pid_t process = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(process)
                                                                  : std::nullopt;
}

bool uses(const fs::path& folder, const Opened& opened, const Mapped& mapped) {
  for (const char* name : {"cwd", "root", "exe"}) {
    if (opened(folder / name)) {
      return true;
    }
  }
  std::error_code ended;  // a process may be gone at any time
  for (fs::directory_iterator one(folder / "fd", ended), last; !ended && one != last;
       one.increment(ended)) {
    if (opened(one->path())) {
      return true;
    }
  }
  std::ifstream maps(folder / "maps");
  for (std::string line; std::getline(maps, line);) {
    if (mapped(line)) {
      return true;
    }
  }
  return false;
}

std::vector<pid_t> find(const Opened& opened, const Mapped& mapped) {
  std::vector<pid_t> found;
  std::error_code none;
  for (fs::directory_iterator one("/proc", none), last; !none && one != last; one.increment(none)) {
    const auto process = process_of(one->path());
    if (process && *process != ::getpid() && *process != ::getppid() && *process != 1 &&
        uses(one->path(), opened, mapped)) {
      found.push_back(*process);
    }
  }
  return found;
}

/// The device of a filesystem, from what the kernel remembers: a server that is gone is not asked.
std::optional<dev_t> device_of(const fs::path& path) {
  struct statx known {};
  constexpr int kAsRemembered = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  if (::statx(AT_FDCWD, path.c_str(), kAsRemembered, 0, &known) != 0) {
    return std::nullopt;
  }
  return makedev(known.stx_dev_major, known.stx_dev_minor);
}

/// The fourth word of a line of maps: "fd:01".
std::string_view device_in(std::string_view line) {
  for (int word = 0; word < 3; ++word) {
    line.remove_prefix(std::min(line.find(' ') + 1, line.size()));
  }
  return line.substr(0, line.find(' '));
}

}  // namespace

std::vector<pid_t> users_of_filesystem(const std::string& directory) {
  const auto mounted = device_of(directory);
  if (!mounted) {
    return {};
  }
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "%02x:%02x", major(*mounted), minor(*mounted));
  const std::string device = number.data();
  return find([&](const fs::path& link) { return device_of(link) == mounted; },
              [&](std::string_view line) { return device_in(line) == device; });
}

std::vector<pid_t> users_below(const std::string& directory) {
  const std::string inside = directory + "/";
  return find(
      [&](const fs::path& link) {
        std::error_code gone;
        const std::string target = fs::read_symlink(link, gone);
        return target == directory || target.starts_with(inside);
      },
      [&](std::string_view line) { return line.find(" " + inside) != std::string_view::npos; });
}

std::string describe_process(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(in, name);
  return std::to_string(process) + " (" + name + ")";
}

void signal_and_wait(const std::vector<pid_t>& processes, int signal,
                     std::chrono::milliseconds longest) {
  using Clock = std::chrono::steady_clock;
  std::vector<UniqueFd> handles;
  for (const pid_t process : processes) {
    // A handle first, so that the signal cannot reach a successor of the same number.
    UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (handle && ::syscall(SYS_pidfd_send_signal, handle.get(), signal, nullptr, 0) == 0) {
      handles.push_back(std::move(handle));
    }
  }
  const auto until = Clock::now() + longest;
  if (handles.empty()) {
    ::poll(nullptr, 0, static_cast<int>(longest.count()));
  }
  for (const UniqueFd& handle : handles) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd ended{handle.get(), POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  }
}

}  // namespace mainstay::filesystem
