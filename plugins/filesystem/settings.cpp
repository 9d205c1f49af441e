// SPDX-License-Identifier: Apache-2.0
#include "plugins/filesystem/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <optional>
#include <sstream>
#include <utility>

namespace mainstay::filesystem {
namespace {

using agent::ActionContext;
using agent::ActionResult;

using Words = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_never_on_a_block_device(std::string_view fstype) {
  return is_one_of(
      fstype, {"nfs4", "nfs", "aznfs", "efs", "smbfs", "cifs", "none", "glusterfs", "ceph", "tmpfs",
               "overlay", "overlayfs", "rozofs", "zfs", "cvfs", "lustre"});
}

/// Types that check themselves, or that nothing checks.
bool is_never_checked(std::string_view fstype) {
  return is_never_on_a_block_device(fstype) ||
         is_one_of(fstype, {"ext4", "ext4dev", "ext3", "reiserfs", "reiser4", "nss", "xfs", "jfs",
                            "vfat", "fat", "ocfs2", "gfs2"});
}

/// "-U id", "--uuid=id" and the like are what mount(8) took before UUID=.
std::string device_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kForms = {
      {{"--uuid", "UUID="}, {"-U", "UUID="}, {"--label", "LABEL="}, {"-L", "LABEL="}}};
  for (const auto& [option, tag] : kForms) {
    if (text.starts_with(option)) {
      text.remove_prefix(option.size());
      const std::size_t begin = text.find_first_not_of(" \t=");
      return std::string(tag) +
             std::string(begin == std::string_view::npos ? "" : text.substr(begin));
    }
  }
  return std::string(text);
}

std::string directory_of(std::string_view text) {
  const std::size_t last = text.find_last_not_of('/');
  if (last == std::string_view::npos) {
    return text.empty() ? "" : "/";
  }
  return std::string(text.substr(0, last + 1));
}

bool wants_fsck(std::string_view run_fsck, std::string_view fstype) {
  if (run_fsck == "force") {
    return true;
  }
  return run_fsck != "no" && !is_never_checked(fstype);
}

ForceUnmount force_of(std::string_view text) {
  if (text == "safe") {
    return ForceUnmount::safe;
  }
  return text.empty() || agent::is_true(text) ? ForceUnmount::all : ForceUnmount::no;
}

std::optional<int> signal_number(std::string word) {
  if (word.starts_with("SIG")) {
    word.erase(0, 3);
  }
  constexpr std::array<std::pair<std::string_view, int>, 8> kNames = {{{"TERM", SIGTERM},
                                                                       {"KILL", SIGKILL},
                                                                       {"INT", SIGINT},
                                                                       {"HUP", SIGHUP},
                                                                       {"QUIT", SIGQUIT},
                                                                       {"ABRT", SIGABRT},
                                                                       {"USR1", SIGUSR1},
                                                                       {"USR2", SIGUSR2}}};
  for (const auto& [name, number] : kNames) {
    if (name == word) {
      return number;
    }
  }
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool known =
      error == std::errc() && end == word.data() + word.size() && number > 0 && number <= SIGRTMAX;
  return known ? std::optional(number) : std::nullopt;
}

std::optional<std::vector<int>> read_signals(std::string_view text) {
  std::vector<int> signals;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const auto number = signal_number(word);
    if (!number) {
      return std::nullopt;
    }
    signals.push_back(*number);
  }
  return signals;
}

std::optional<ActionResult> read_signalling(const ActionContext& context, Settings& settings) {
  for (const auto& [name, signals] : {std::pair("term_signals", &settings.term_signals),
                                      std::pair("kill_signals", &settings.kill_signals)}) {
    auto read = read_signals(context.parameter(name));
    if (!read) {
      return ActionResult::misconfigured(std::string(name) + " [" +
                                         std::string(context.parameter(name)) +
                                         "] names something that is no signal");
    }
    *signals = std::move(*read);
  }
  const std::string_view delay = context.parameter("signal_delay");
  int seconds = 0;
  const auto [end, error] = std::from_chars(delay.data(), delay.data() + delay.size(), seconds);
  if (error != std::errc() || end != delay.data() + delay.size() || seconds < 0) {
    return ActionResult::misconfigured("signal_delay [" + std::string(delay) +
                                       "] is no number of seconds");
  }
  settings.signal_delay = std::chrono::seconds(seconds);
  return std::nullopt;
}

std::string status_file_of(const ActionContext& context, const Settings& settings,
                           const std::string& node) {
  constexpr const char* kPrefix = ".Filesystem_status/";
  std::string prefix(context.parameter("statusfile_prefix"));
  if (prefix.empty()) {
    prefix = kPrefix;
  }
  std::string file = settings.directory + "/" + prefix + std::string(context.resource_id());
  if (const auto clone = context.meta("clone"); clone && !clone->empty()) {
    file += "_" + std::string(*clone);
  }
  return file + "_" + node;
}

}  // namespace

bool Settings::is_remote() const {
  return is_one_of(fstype, {"nfs4", "nfs", "aznfs", "efs", "cifs", "smbfs"});
}

bool Settings::has_option(std::string_view name) const {
  for (std::size_t begin = 0; begin <= options.size();) {
    const std::size_t end = std::min(options.find(',', begin), options.size());
    const std::string_view option = std::string_view(options).substr(begin, end - begin);
    if (option.substr(0, option.find('=')) == name) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

std::variant<Settings, ActionResult> read_settings(const ActionContext& context,
                                                   const std::string& node) {
  Settings settings;
  settings.device = device_of(context.parameter("device"));
  if (settings.device.empty()) {
    return ActionResult::misconfigured("device is not set");
  }
  settings.fstype = context.parameter("fstype");
  settings.options = context.parameter("options");
  settings.is_bind = settings.has_option("bind") || settings.has_option("rbind");
  settings.may_be_block_device =
      !is_never_on_a_block_device(settings.fstype) && !settings.has_option("loop");
  settings.directory = directory_of(context.parameter("directory"));
  if (settings.directory.empty() &&
      (context.action() == "start" || !settings.may_be_block_device)) {
    return ActionResult::misconfigured("directory is not set");
  }
  settings.needs_fsck = wants_fsck(context.parameter("run_fsck"), settings.fstype);
  settings.fast_stop = context.is_true("fast_stop");
  settings.force_unmount = force_of(context.parameter("force_unmount"));
  settings.status_file = status_file_of(context, settings, node);
  if (auto complaint = read_signalling(context, settings)) {
    return *complaint;
  }
  return settings;
}

CloneVerdict judge_clone(const ActionContext& context, const Settings& settings) {
  const auto instances =
      context.meta("clone-max") ? context.meta("clone-max") : context.meta("clone_max");
  int count = 0;
  if (instances) {
    std::from_chars(instances->data(), instances->data() + instances->size(), count);
  }
  const bool made_for_it = is_one_of(
      settings.fstype, {"nfs4", "nfs", "aznfs", "efs", "smbfs", "cifs", "none", "gfs2", "glusterfs",
                        "ceph", "ocfs2", "overlay", "overlayfs", "tmpfs", "cvfs", "lustre"});
  if (count <= 0 || made_for_it) {
    return {};
  }
  // These write to the device even when they are mounted read-only.
  const bool writes_always =
      is_one_of(settings.fstype, {"ext4", "ext4dev", "ext3", "reiserfs", "reiser4", "xfs", "jfs"});
  const bool forced = context.is_true("force_clones");
  const bool allowed = writes_always ? forced : settings.has_option("ro");
  if (!allowed) {
    return {.refused = true, .warning = {}};
  }
  return {.refused = false,
          .warning = settings.fstype + " on " + settings.device +
                     " is NOT cluster-aware; mounted in several places because " +
                     (forced ? "force_clones says so" : "it is read-only")};
}

}  // namespace mainstay::filesystem
