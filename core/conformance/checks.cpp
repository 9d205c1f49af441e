// SPDX-License-Identifier: Apache-2.0
#include "core/conformance/checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace mainstay::conformance {
namespace {

constexpr int kSuccess = 0;
constexpr int kGeneric = 1;
constexpr int kUnimplemented = 3;
constexpr int kNotInstalled = 5;
constexpr int kMisconfigured = 6;
constexpr int kNotRunning = 7;
constexpr int kPromoted = 8;
constexpr Duration kInterval{10'000};

bool offers(const agent::AgentInfo& info, const std::string& action) {
  return std::any_of(info.actions.begin(), info.actions.end(),
                     [&](const agent::ActionInfo& item) { return item.name == action; });
}

/// Makes the checks of one subject.
class Maker {
 public:
  explicit Maker(const Subject& subject) : subject_(subject) {}

  std::vector<Check> all() {
    stopped();
    started();
    promotion();
    optional_actions();
    stopped_again();
    refusals();
    side_by_side();
    if (subject_.native) {
      leaks();
    }
    return std::move(checks_);
  }

  Step step(const std::string& action, const std::string& resource = kFirst,
            Duration interval = Duration(0)) const {
    Step made{.action = action, .resource = resource, .parameters = subject_.parameters};
    if (resource == kSecond) {
      for (const auto& [name, value] : subject_.second) {
        made.parameters[name] = value;
      }
    }
    made.interval = interval;
    made.timeout = timeout_of(action);
    made.meta = {{"timeout", std::to_string(made.timeout.count())}};
    if (!subject_.node.empty()) {
      made.meta["on_node"] = subject_.node;
    }
    return made;
  }
  Step monitor(const std::string& resource = kFirst) const {
    return step("monitor", resource, kInterval);
  }

 private:
  Check& add(std::string claim, Step step, std::vector<int> accepted = {kSuccess}) {
    checks_.push_back({std::move(claim), {std::move(step)}, std::move(accepted)});
    return checks_.back();
  }

  void stopped() {
    add("before the first start, monitor says that it does not run", monitor(), {kNotRunning})
        .essential = true;
    add("so does a probe, or that it is not installed", step("monitor"),
        {kNotRunning, kNotInstalled});
    if (offers(subject_.info, "validate-all")) {
      add("validate-all accepts the parameters", step("validate-all"));
    }
    add("stop of what never ran succeeds", step("stop"));
  }

  void started() {
    add("start succeeds", step("start")).essential = true;
    add("then monitor says that it runs", monitor());
    add("so does a probe", step("monitor"));
    add("start of what runs already succeeds", step("start"));
    add("and it still runs", monitor());
    if (subject_.native) {
      add("an agent host that knows nothing of it finds that it runs", monitor()).host =
          Host::fresh;
    }
    add("notify succeeds or is not implemented", step("notify"), {kSuccess, kUnimplemented});
  }

  void promotion() {
    if (!offers(subject_.info, "promote") || !offers(subject_.info, "demote")) {
      return;
    }
    add("demote of what is not promoted succeeds", step("demote"));
    add("promote succeeds", step("promote"));
    add("then monitor says that it runs promoted", monitor(), {kPromoted});
    add("promote of what is promoted succeeds", step("promote"));
    add("and it is still promoted", monitor(), {kPromoted});
    add("demote succeeds", step("demote"));
    add("then monitor says that it runs, not promoted", monitor());
    add("demote once more succeeds", step("demote"));
  }

  void optional_actions() {
    for (const char* action : {"reload-agent", "reload"}) {
      if (offers(subject_.info, action)) {
        add(fmt::format("{} succeeds", action), step(action));
        add(fmt::format("and it runs after {}", action), monitor());
      }
    }
    if (offers(subject_.info, "migrate_to") && offers(subject_.info, "migrate_from")) {
      for (const char* action : {"migrate_to", "migrate_from"}) {
        Step migration = step(action);
        migration.meta["migrate_source"] = migration.meta["migrate_target"] = subject_.node;
        add(fmt::format("{} to and from this very host succeeds", action), migration).undecided = {
            kGeneric};
      }
      add("and it runs after the migration", monitor());
    }
  }

  void stopped_again() {
    add("stop succeeds", step("stop"));
    add("then monitor says that it does not run", monitor(), {kNotRunning});
    add("stop of what is stopped succeeds", step("stop"));
    add("and it still does not run", monitor(), {kNotRunning});
    add("it can be started again", step("start"));
    add("and runs again", monitor());
    add("and can be stopped again", step("stop"));
    add("and does not run again", monitor(), {kNotRunning});
  }

  void refusals() {
    add("an action that nobody knows is not implemented", step("no-such-action"), {kUnimplemented});
    for (const agent::ParameterInfo& parameter : subject_.info.parameters) {
      if (parameter.required) {
        Step lacking = step(offers(subject_.info, "validate-all") ? "validate-all" : "start");
        lacking.parameters.erase(parameter.name);
        add(fmt::format("{} without the required parameter {} is a wrong configuration",
                        lacking.action, parameter.name),
            lacking, {kMisconfigured});
      }
    }
  }

  void side_by_side() {
    if (!obstacle_to_second(subject_).empty()) {
      return;
    }
    const auto both = [&](std::string claim, std::vector<Step> steps, int accepted) {
      checks_.push_back({std::move(claim), std::move(steps), {accepted}});
    };
    both("two instances start at the same time", {step("start"), step("start", kSecond)}, kSuccess);
    both("both run", {monitor(), monitor(kSecond)}, kSuccess);
    both("one is stopped", {step("stop")}, kSuccess);
    both("and does not run any more", {monitor()}, kNotRunning);
    both("while the other one still does", {monitor(kSecond)}, kSuccess);
    both("both are stopped at the same time", {step("stop"), step("stop", kSecond)}, kSuccess);
    both("and neither runs", {monitor(), monitor(kSecond)}, kNotRunning);
  }

  void leaks() {
    add("it starts once more", step("start"));
    add("many monitors leave no descriptor, thread or memory behind", monitor()).host =
        Host::measured;
    add("it stops once more", step("stop"));
  }

  /// The least timeout that the agent advises; of several depths the longest.
  Duration timeout_of(const std::string& action) const {
    Duration longest{0};
    for (const agent::ActionInfo& item : subject_.info.actions) {
      if (item.name == action && item.timeout) {
        longest = std::max(longest, *item.timeout);
      }
    }
    return longest > Duration(0) ? longest : Duration(20'000);
  }

  const Subject& subject_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> checks_for(const Subject& subject) {
  return Maker(subject).all();
}

std::vector<Step> clean_up(const Subject& subject) {
  const Maker maker(subject);
  if (!obstacle_to_second(subject).empty()) {
    return {maker.step("stop")};
  }
  return {maker.step("stop"), maker.step("stop", kSecond)};
}

std::string obstacle_to_second(const Subject& subject) {
  for (const agent::ParameterInfo& parameter : subject.info.parameters) {
    const auto configured = subject.parameters.find(parameter.name);
    const std::string value = configured != subject.parameters.end()
                                  ? configured->second
                                  : parameter.default_value.value_or("");
    const auto second = subject.second.find(parameter.name);
    if (parameter.unique && !value.empty() &&
        (second == subject.second.end() || second->second == value)) {
      return fmt::format("two instances need two values of {}: append 'second {}=VALUE'",
                         parameter.name, parameter.name);
    }
  }
  return {};
}

}  // namespace mainstay::conformance
