// SPDX-License-Identifier: Apache-2.0
#include "plugins/ping/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <utility>

namespace mainstay::ping {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<long> read_number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  constexpr long kMost = 1'000'000;  // a score; products of two fit
  return whole && value >= -kMost && value <= kMost ? std::optional(value) : std::nullopt;
}

/// As the script: shared among what is to be tried, ten per cent early, where none is given.
seconds timeout_of(const ActionContext& context, std::size_t hosts, long attempts) {
  constexpr seconds kUsual{5};
  constexpr seconds kTooLong{1000};
  constexpr seconds kInsteadOfTooLong{300};
  seconds timeout{0};
  if (const std::string_view given = context.parameter("timeout"); !given.empty()) {
    timeout = std::chrono::duration_cast<seconds>(read_interval(given).value_or(milliseconds(0)));
  } else if (hosts > 0 && attempts > 0) {
    timeout = seconds(context.timeout().count() / static_cast<long>(hosts) / attempts / 1100);
  }
  if (timeout < seconds(1)) {
    return kUsual;
  }
  return timeout > kTooLong ? kInsteadOfTooLong : timeout;
}

std::string pid_file_of(const ActionContext& context, const std::string& attribute) {
  if (const std::string_view given = context.parameter("pidfile"); !given.empty()) {
    return std::string(given);
  }
  const bool shared = context.meta("globally-unique").value_or("false") == "false";
  return "/var/run/ping-" + (shared ? attribute : std::string(context.resource_id()));
}

}  // namespace

std::optional<milliseconds> read_interval(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, long>, 8> kUnits = {{{"", 1000},
                                                                        {"s", 1000},
                                                                        {"sec", 1000},
                                                                        {"ms", 1},
                                                                        {"msec", 1},
                                                                        {"m", 60'000},
                                                                        {"min", 60'000},
                                                                        {"h", 3'600'000}}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = read_number(text.substr(0, digits));
  for (const auto& [unit, length] : kUnits) {
    if (number && text.substr(digits) == unit) {
      return milliseconds(*number * length);
    }
  }
  return std::nullopt;
}

std::variant<Settings, ActionResult> read_settings(const ActionContext& context) {
  const auto decline = [&](std::string_view name) {
    return ActionResult::decline(std::string(name) + "=" + std::string(context.parameter(name)));
  };
  if (!context.parameter("options").empty()) {
    return decline("options");
  }
  Settings settings;
  settings.attribute = context.parameter("name");
  std::istringstream hosts{std::string(context.parameter("host_list"))};
  for (std::string host; hosts >> host;) {
    settings.hosts.push_back(host);
  }
  settings.pid_file = pid_file_of(context, settings.attribute);
  const auto attempts = read_number(context.parameter("attempts"));
  if (!attempts || *attempts < 1) {
    return decline("attempts");
  }
  settings.attempts = static_cast<int>(*attempts);
  settings.timeout = timeout_of(context, settings.hosts.size(), *attempts);
  const auto multiplier = read_number(context.parameter("multiplier"));
  if (!multiplier) {
    return decline("multiplier");
  }
  settings.multiplier = *multiplier;
  if (const std::string_view least = context.parameter("failure_score"); !least.empty()) {
    const auto number = read_number(least);
    if (!number) {
      return decline("failure_score");
    }
    settings.failure_score = *number;
  }
  const auto dampening = read_interval(context.parameter("dampen"));
  if (!dampening) {
    return decline("dampen");
  }
  settings.dampening = *dampening;
  return settings;
}

}  // namespace mainstay::ping
