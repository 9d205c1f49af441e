// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/mounts.h"

#include <libmount/libmount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>

#include "plugins/shared/process/program.h"

namespace mainstay::filesystem {
namespace {

struct Release {
  void operator()(libmnt_context* one) const { mnt_free_context(one); }
  void operator()(libmnt_table* one) const { mnt_unref_table(one); }
  void operator()(libmnt_iter* one) const { mnt_free_iter(one); }
};
using Context = std::unique_ptr<libmnt_context, Release>;
using Table = std::unique_ptr<libmnt_table, Release>;
using Iterator = std::unique_ptr<libmnt_iter, Release>;

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

/// What came of a context's work: its errno, and what mount(8) would say of it.
Status outcome(libmnt_context* context, int code, const std::string& what) {
  std::array<char, 512> words{};
  const int exit_code = mnt_context_get_excode(context, code, words.data(), words.size());
  if (exit_code == 0) {
    return Done{};
  }
  int number = EIO;
  if (mnt_context_syscall_called(context) != 0 && mnt_context_get_syscall_errno(context) != 0) {
    number = mnt_context_get_syscall_errno(context);
  } else if (code < 0) {
    number = -code;
  }
  const std::string said = words.data();
  return fail_errno(said.empty() ? what : what + ": " + said, number);
}

Status run(const std::vector<std::string>& words, const std::string& what,
           std::chrono::steady_clock::time_point deadline) {
  const auto ended = process::run_program(words, deadline);
  if (!ended) {
    return within(what, ended.error());
  }
  return ended->code == 0 ? Status(Done{}) : fail(Errc::unavailable, what + ": " + ended->error);
}

/// Unmounting it may have to wait for a server or a process.
bool is_served(const std::string& fstype) {
  return fstype.starts_with("fuse") || mnt_fstype_is_netfs(fstype.c_str()) != 0;
}

}  // namespace

Result<std::vector<Mount>> list_mounts() {
  const std::string what = "read /proc/self/mountinfo";
  const Table table(mnt_new_table_from_file("/proc/self/mountinfo"));
  const Iterator iterator(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iterator) {
    return fail_errno(what);
  }
  std::vector<Mount> mounts;
  libmnt_fs* one = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &one) == 0) {
    mounts.push_back({.id = mnt_fs_get_id(one),
                      .source = text_of(mnt_fs_get_source(one)),
                      .target = text_of(mnt_fs_get_target(one)),
                      .fstype = text_of(mnt_fs_get_fstype(one)),
                      .device = mnt_fs_get_devno(one)});
  }
  return mounts;
}

const Mount* find_at(const std::vector<Mount>& mounts, const std::string& target) {
  const auto found = std::find_if(mounts.rbegin(), mounts.rend(),
                                  [&](const Mount& one) { return one.target == target; });
  return found == mounts.rend() ? nullptr : &*found;
}

std::vector<std::string> below(const std::vector<Mount>& mounts, const std::string& directory) {
  const std::string inside = directory == "/" ? directory : directory + "/";
  std::vector<std::string> found;
  for (const Mount& one : mounts) {
    if (one.target.starts_with(inside) && one.target != directory) {
      found.push_back(one.target);
    }
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  return found;
}

std::vector<std::string> elsewhere(const std::vector<Mount>& mounts, const std::string& target) {
  const Mount* here = find_at(mounts, target);
  struct stat status {};
  if (here == nullptr || ::stat(here->source.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) {
    return {};
  }
  std::vector<std::string> found;
  for (const Mount& one : mounts) {
    if (one.device == here->device && one.target != target) {
      found.push_back(one.target);
    }
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  return found;
}

std::optional<std::string> resolve(const std::string& device) {
  const bool is_tag = device.starts_with("UUID=") || device.starts_with("LABEL=") ||
                      device.starts_with("PARTUUID=") || device.starts_with("PARTLABEL=");
  if (!is_tag) {
    return device;
  }
  char* path = mnt_resolve_spec(device.c_str(), nullptr);
  const std::unique_ptr<char, decltype(&std::free)> owned(path, &std::free);
  const std::string found = text_of(path);
  return found.empty() || found == device ? std::nullopt : std::optional(found);
}

bool has_helper(const std::string& fstype) {
  // "fuse.bindfs" has fuse's, as for mount(8).
  return !fstype.empty() &&
         (::access(("/sbin/mount." + fstype).c_str(), X_OK) == 0 ||
          ::access(("/sbin/mount." + fstype.substr(0, fstype.find('.'))).c_str(), X_OK) == 0);
}

Status mount(const std::string& device, const std::string& directory, const std::string& fstype,
             const std::string& options, std::chrono::steady_clock::time_point deadline) {
  const std::string what = "mount " + device + " at " + directory;
  if (has_helper(fstype)) {
    std::vector<std::string> words = {"mount", "-t", fstype};
    if (!options.empty()) {
      words.insert(words.end(), {"-o", options});
    }
    words.insert(words.end(), {"--", device, directory});
    return run(words, what, deadline);
  }
  const Context context(mnt_new_context());
  if (!context) {
    return fail_errno(what, ENOMEM);
  }
  int code = mnt_context_set_optsmode(context.get(), MNT_OMODE_NOTAB);
  code = code != 0 ? code : mnt_context_set_source(context.get(), device.c_str());
  code = code != 0 ? code : mnt_context_set_target(context.get(), directory.c_str());
  if (!fstype.empty()) {
    code = code != 0 ? code : mnt_context_set_fstype(context.get(), fstype.c_str());
  }
  if (!options.empty()) {
    code = code != 0 ? code : mnt_context_set_options(context.get(), options.c_str());
  }
  if (code != 0) {
    return fail_errno(what, -code);
  }
  return outcome(context.get(), mnt_context_mount(context.get()), what);
}

Status unmount(const Mount& mounted, bool force, std::chrono::steady_clock::time_point deadline) {
  const std::string what = "unmount " + mounted.target;
  if (is_served(mounted.fstype)) {
    return force ? run({"umount", "-f", "--", mounted.target}, what, deadline)
                 : run({"umount", "--", mounted.target}, what, deadline);
  }
  const Context context(mnt_new_context());
  if (!context) {
    return fail_errno(what, ENOMEM);
  }
  int code = mnt_context_set_target(context.get(), mounted.target.c_str());
  code = code != 0 ? code : mnt_context_enable_force(context.get(), force ? 1 : 0);
  if (code != 0) {
    return fail_errno(what, -code);
  }
  return outcome(context.get(), mnt_context_umount(context.get()), what);
}

}  // namespace mainstay::filesystem
