// SPDX-License-Identifier: Apache-2.0
// Names and states of systemd units, and the drop-in of a unit that the cluster owns. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mainstay::systemd {

/// The unit of a resource type: "apache2" and "apache2.service" are the same, other kinds (.socket,
/// .mount, .timer, .path, .target) need their suffix. None for what cannot be a unit's name, or a
/// template without an instance.
std::optional<std::string> unit_name(std::string_view type);

/// The type that a unit file name is listed as: services without their suffix; none for other
/// files.
std::optional<std::string> type_of_unit_file(std::string_view path);

/// systemd's own words: LoadState, ActiveState, SubState, and Result of a service.
struct UnitState {
  std::string load_state = {};
  std::string active_state = {};
  std::string sub_state = {};
  std::string result = {};
  bool operator==(const UnitState&) const = default;
};

enum class Activity : std::uint8_t { running, stopped, changing };

/// A reloading unit runs. What is neither up nor down nor on its way counts as stopped, as in
/// Pacemaker.
Activity activity(const UnitState& state);

/// Why it does not run: "systemd unit X not found", "X is failed (exit-code)", "X is inactive".
std::string describe_stopped(const std::string& unit, const UnitState& state);

/// "/run/systemd/system/apache2.service.d/50-mainstay.conf"
std::string drop_in_directory(const std::string& root, const std::string& unit);
std::string drop_in_file(const std::string& root, const std::string& unit);
std::string drop_in_text(const std::string& unit);

}  // namespace mainstay::systemd
