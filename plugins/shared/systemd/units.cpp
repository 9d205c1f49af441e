// SPDX-License-Identifier: Apache-2.0
// Words of systemd.
#include "plugins/shared/systemd/units.h"

#include <algorithm>
#include <array>

namespace mainstay::systemd {
namespace {

constexpr std::size_t kLongestName = 255;

/// The kinds of unit that can be a resource.
constexpr std::array<std::string_view, 6> kSuffixes{".service", ".socket", ".mount",
                                                    ".timer",   ".path",   ".target"};

std::string_view suffix_of(std::string_view name) {
  for (const std::string_view suffix : kSuffixes) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return suffix;
    }
  }
  return {};
}

bool is_unit_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(":-_.\\@").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> unit_name(std::string_view type) {
  if (type.empty() || type.starts_with('.')) {
    return std::nullopt;
  }
  std::string name(type);
  if (suffix_of(name).empty()) {
    name += ".service";
  }
  const std::string_view stem =
      std::string_view(name).substr(0, name.size() - suffix_of(name).size());
  if (stem.empty() || stem.ends_with('@') || stem.starts_with('@') || name.size() > kLongestName ||
      !std::all_of(name.begin(), name.end(), is_unit_character)) {
    return std::nullopt;
  }
  return name;
}

std::optional<std::string> type_of_unit_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view suffix = suffix_of(name);
  if (suffix.empty()) {
    return std::nullopt;
  }
  if (suffix == ".service") {
    name.remove_suffix(suffix.size());
  }
  return std::string(name);
}

Activity activity(const UnitState& state) {
  if (state.active_state == "active" || state.active_state == "reloading" ||
      state.active_state == "refreshing") {
    return Activity::running;
  }
  if (state.active_state == "activating" || state.active_state == "deactivating") {
    return Activity::changing;
  }
  return Activity::stopped;
}

std::string describe_stopped(const std::string& unit, const UnitState& state) {
  if (state.load_state == "not-found") {
    return "systemd unit " + unit + " not found";
  }
  std::string text = unit + " is " + (state.active_state.empty() ? "unknown" : state.active_state);
  if (!state.result.empty() && state.result != "success") {
    text += " (" + state.result + ")";
  }
  return text;
}

std::string drop_in_directory(const std::string& root, const std::string& unit) {
  return root + "/" + unit + ".d";
}

std::string drop_in_file(const std::string& root, const std::string& unit) {
  return drop_in_directory(root, unit) + "/50-mainstay.conf";
}

std::string drop_in_text(const std::string& unit) {
  // Before= is about shutdown alone: stopping goes the other way round, so mainstayd ends first and
  // stops the unit itself. systemd must not start the unit again behind the cluster's back.
  std::string text =
      "# Written while the cluster runs this unit; removed when it stops it.\n"
      "[Unit]\n"
      "Description=Cluster Controlled " +
      unit.substr(0, unit.rfind('.')) +
      "\n"
      "Before=mainstayd.service\n";
  if (unit.ends_with(".service")) {
    text += "\n[Service]\nRestart=no\n";
  }
  return text;
}

}  // namespace mainstay::systemd
