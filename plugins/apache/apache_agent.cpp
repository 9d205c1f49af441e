// SPDX-License-Identifier: Apache-2.0
// start, stop, monitor and validate-all of the web server.
#include "plugins/apache/apache_agent.h"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "plugins/apache/apache_config.h"
#include "plugins/apache/page_check.h"
#include "plugins/shared/process/program.h"
#include "plugins/shared/systemd/unit_watch.h"

namespace mainstay::apache {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using agent::OcfExitCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The page of a server that has just started may need a moment.
constexpr seconds kLongestFirstPage{5};
constexpr milliseconds kPageRetry{100};

/// Of the parameter envfiles; it is what the unit reads, too.
constexpr const char* kDefaultEnvironment = "/etc/apache2/envvars";

bool is_same_program(const std::string& left, const std::string& right) {
  std::error_code none;
  return left == right || std::filesystem::equivalent(left, right, none);
}

/// What the unit of the distribution cannot be told; none: it does as configured.
std::optional<std::string> beyond_the_unit(const ActionContext& context,
                                           const std::string& default_config) {
  const std::string httpd(context.parameter("httpd"));
  if (!httpd.empty()) {
    const auto usual = find_program("");
    if (usual && !is_same_program(find_program(httpd).value_or(*usual), *usual)) {
      return "httpd";
    }
  }
  if (!context.parameter("options").empty()) {
    return "options";
  }
  if (context.configured("envfiles").value_or(kDefaultEnvironment) != kDefaultEnvironment) {
    return "envfiles";
  }
  if (const auto file = context.parameter("configfile"); !file.empty() && file != default_config) {
    return "configfile";
  }
  return std::nullopt;
}

/// What only the script can ask of a page; none: we can.
std::optional<std::string> beyond_our_client(const ActionContext& context) {
  if (!context.parameter("testconffile").empty()) {
    return "testconffile";
  }
  const std::string_view client = context.parameter("client");
  if (!client.empty() && client != "curl" && client != "wget") {
    return "client";
  }
  for (const char* name : {"statusurl", "testurl"}) {
    if (context.parameter(name).starts_with("https")) {
      return std::string(name) + " by https";
    }
  }
  return std::nullopt;
}

/// What is not there cannot run: how the script ends each action then.
ActionResult unfit(const ActionContext& context, ActionResult complaint) {
  if (context.action() == "stop") {
    return ActionResult::ok();
  }
  if (context.is_probe()) {
    return ActionResult::not_running();
  }
  if (context.action() == "monitor") {
    complaint.code = OcfExitCode::err_generic;
  }
  return complaint;
}

bool is_blank(std::string_view text) {
  return !text.empty() && text.find_first_not_of(" \t") == std::string_view::npos;
}

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Where the script, or the server's own configuration, has the process written down.
std::vector<std::string> pid_files(const ActionContext& context, const Distribution& here,
                                   const std::string& config_file) {
  std::vector<std::string> files;
  const auto config = read_config(config_file, real_config_files());
  if (config && config->pid_file && config->pid_file->find('$') == std::string::npos) {
    return {*config->pid_file};
  }
  if (config && config->pid_file) {
    return {here.pid_file};
  }
  const std::string program = find_program(std::string(context.parameter("httpd"))).value_or("");
  std::string name = program.substr(program.rfind('/') + 1);
  name.resize(std::min(name.size(), name.find('-')));
  return {here.pid_file, "/run/" + name + "-" + std::string(context.resource_id()) + ".pid"};
}

}  // namespace

ApacheAgent::ApacheAgent() : control_(systemd::connect_system_bus) {}

std::variant<ApacheAgent::Target, ActionResult> ApacheAgent::target_of(
    const ActionContext& context) {
  const Distribution* here = find_distribution();
  const std::string default_config = here != nullptr ? here->config_file : "";
  const std::string_view unit = context.parameter("unit");
  auto beyond = beyond_our_client(context);
  if (!beyond && unit.empty()) {
    beyond = beyond_the_unit(context, default_config);
  }
  if (beyond) {
    return ActionResult::decline(*beyond + " needs the script");
  }
  Target target;
  target.config_file = context.parameter("configfile");
  if (target.config_file.empty()) {
    target.config_file = default_config;
  }
  if (unit.empty()) {
    target.unit = here != nullptr ? here->unit : "httpd.service";
    target.distribution = here;
    if (!find_program("")) {
      return unfit(context, ActionResult::not_installed("apache httpd program not found"));
    }
  } else if (auto name = systemd::unit_name(unit)) {
    target.unit = *name;
  } else {
    return ActionResult::misconfigured("\"" + std::string(unit) +
                                       "\" cannot be the name of a systemd unit");
  }
  if (!is_file(target.config_file)) {
    return unfit(context, ActionResult::not_installed("Configuration file " + target.config_file +
                                                      " not found!"));
  }
  if (is_blank(context.parameter("testurl"))) {
    return unfit(context, ActionResult::misconfigured("testurl: \"" +
                                                      std::string(context.parameter("testurl")) +
                                                      "\" seems to be an empty string?"));
  }
  return target;
}

std::variant<ApacheAgent::Target, ActionResult> ApacheAgent::prepare(const ActionContext& context) {
  auto found = target_of(context);
  if (const auto* target = std::get_if<Target>(&found);
      target != nullptr && target->distribution != nullptr) {
    const auto files = pid_files(context, *target->distribution, target->config_file);
    if (const int pid = find_outside(target->unit, files); pid != 0) {
      return ActionResult::decline("the server that runs (process " + std::to_string(pid) +
                                   ") was not started by " + target->unit);
    }
  }
  return found;
}

ActionResult ApacheAgent::monitor(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  auto running = control_.monitor(context, target.unit);
  return running.code == OcfExitCode::success ? check_pages(context, target.config_file) : running;
}

ActionResult ApacheAgent::start(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  const bool was_running = control_.monitor(context, target.unit).code == OcfExitCode::success;
  auto started = control_.start(context, target.unit);
  if (started.code == OcfExitCode::success) {
    // One that has run before is left to the monitor, as by the script.
    return was_running ? started : wait_for_page(context, target);
  }
  if (target.distribution != nullptr && !target.distribution->config_test.empty()) {
    const auto test =
        process::run_program(target.distribution->config_test, systemd::own_deadline(context));
    if (test && test->code != 0) {
      return ActionResult::misconfigured(
          "the configuration is wrong, says \"" + target.distribution->config_test.front() + " " +
          target.distribution->config_test.back() + "\": " + started.reason);
    }
  }
  return started;
}

ActionResult ApacheAgent::wait_for_page(const ActionContext& context, const Target& target) const {
  const auto until =
      std::min(systemd::own_deadline(context), systemd::Clock::now() + kLongestFirstPage);
  for (;;) {
    auto page = check_pages(context, target.config_file);
    if (page.code == OcfExitCode::success) {
      return page;
    }
    if (systemd::Clock::now() + kPageRetry >= until) {
      // As the script: a server that does not answer is not left running.
      if (auto stopped = control_.stop(context, target.unit);
          stopped.code != OcfExitCode::success) {
        context.log(agent::LogSeverity::error, stopped.reason);
      }
      return page;
    }
    ::poll(nullptr, 0, static_cast<int>(kPageRetry.count()));
  }
}

ActionResult ApacheAgent::stop(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  return control_.stop(context, std::get<Target>(prepared).unit);
}

ActionResult ApacheAgent::validate_all(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  const auto known = control_.exists(target.unit, systemd::own_deadline(context));
  if (!known) {
    return ActionResult::failed(known.error().context);
  }
  if (!*known) {
    return ActionResult::not_installed("systemd unit " + target.unit + " not found");
  }
  for (const char* name : {"testregex", "testregex10"}) {
    if (!has_match("", std::string(context.parameter(name)))) {
      return ActionResult::misconfigured(std::string(name) + " is no extended regular expression");
    }
  }
  return ActionResult::ok();
}

/// systemd knows of the death of the main process at once. Whether pages are served is for the
/// monitor.
agent::WatchStart ApacheAgent::watch(const ActionContext& context, const agent::Watcher& watcher) {
  const auto found = target_of(context);
  const auto* target = std::get_if<Target>(&found);
  return target != nullptr ? systemd::watch_unit(target->unit, watcher) : agent::WatchStart{};
}

}  // namespace mainstay::apache
