// SPDX-License-Identifier: Apache-2.0
// start, stop, monitor and validate-all of the web server.
#include "plugins/apache/apache_agent.h"

#include <poll.h>
#include <regex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "plugins/apache/http_get.h"
#include "plugins/shared/systemd/unit_watch.h"

namespace mainstay::apache {
namespace {

using agent::ActionContext;
using agent::ActionResult;
using agent::OcfExitCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The unit and the main configuration file of each family of distributions.
struct Distribution {
  const char* unit;
  const char* config_file;
};
constexpr std::array<Distribution, 3> kDistributions{{
    {"apache2.service", "/etc/apache2/apache2.conf"},
    {"apache2.service", "/etc/apache2/httpd.conf"},
    {"httpd.service", "/etc/httpd/conf/httpd.conf"},
}};

/// The page of a server that has just started may need a moment.
constexpr seconds kLongestFirstPage{5};
constexpr milliseconds kPageRetry{100};

/// What the unit of the distribution cannot be told.
std::optional<std::string> beyond_the_unit(const ActionContext& context,
                                           const std::string& default_config) {
  for (const char* name : {"testconffile", "testname"}) {
    if (!context.parameter(name).empty()) {
      return name;
    }
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
  if (!context.parameter("unit").empty()) {
    return std::nullopt;
  }
  for (const char* name : {"httpd", "options", "envfiles"}) {
    if (context.configured(name)) {
      return name;
    }
  }
  if (const auto file = context.parameter("configfile"); !file.empty() && file != default_config) {
    return "configfile";
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> has_match(const std::string& text, const std::string& regex) {
  regex_t compiled{};
  if (::regcomp(&compiled, regex.c_str(), REG_EXTENDED | REG_ICASE | REG_NEWLINE | REG_NOSUB) !=
      0) {
    return std::nullopt;
  }
  const std::unique_ptr<regex_t, void (*)(regex_t*)> owner(&compiled, ::regfree);
  return ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
}

ApacheAgent::ApacheAgent() : control_(systemd::connect_system_bus) {}

std::variant<ApacheAgent::Target, ActionResult> ApacheAgent::prepare(
    const ActionContext& context) const {
  const Distribution* here = nullptr;
  for (const Distribution& one : kDistributions) {
    if (here == nullptr && ::access(one.config_file, R_OK) == 0) {
      here = &one;
    }
  }
  const std::string default_config = here != nullptr ? here->config_file : "";
  if (const auto what = beyond_the_unit(context, default_config)) {
    return ActionResult::decline(*what + " needs the script");
  }
  Target target;
  target.config_file = context.parameter("configfile");
  if (target.config_file.empty()) {
    target.config_file = default_config;
  }
  const std::string_view configured = context.parameter("unit");
  if (configured.empty()) {
    target.unit = here != nullptr ? here->unit : "httpd.service";
  } else if (auto name = systemd::unit_name(configured)) {
    target.unit = *name;
  } else {
    return ActionResult::misconfigured("\"" + std::string(configured) +
                                       "\" cannot be the name of a systemd unit");
  }
  if (target.config_file.empty() || ::access(target.config_file.c_str(), R_OK) != 0) {
    if (context.action() == "stop") {
      return ActionResult::ok();
    }
    if (context.is_probe()) {
      return ActionResult::not_running();
    }
    if (context.action() != "monitor") {
      return ActionResult::not_installed("Configuration file " + target.config_file +
                                         " not found!");
    }
  }
  return target;
}

ActionResult ApacheAgent::check_test_page(const ActionContext& context, const std::string& local) {
  std::string url(context.parameter("testurl"));
  const std::string regex(context.parameter("testregex10"));
  if (url.empty() || regex.empty()) {
    return ActionResult::ok();
  }
  if (!url.starts_with("http")) {
    url.insert(0, local);
  }
  auto page = http_get(url, false, systemd::own_deadline(context));
  if (!page) {
    return ActionResult::failed("Failed to access " + url + ": " + page.error().context);
  }
  const auto match = has_match(page->body, regex);
  if (!match) {
    return ActionResult::misconfigured("testregex10 is no extended regular expression: " + regex);
  }
  return *match ? ActionResult::ok()
                : ActionResult::failed(url + " does not match testregex10 (status " +
                                       std::to_string(page->status) + ")");
}

ActionResult ApacheAgent::check_page(const ActionContext& context, const Target& target) {
  const auto deadline = systemd::own_deadline(context);
  const auto config = read_config(target.config_file, real_config_files()).value_or(ServerConfig{});
  const std::string local =
      local_url(config, std::string(context.parameter("port")), context.is_true("use_ipv6"));
  if (context.check_level() >= 10) {
    if (auto tested = check_test_page(context, local); tested.code != OcfExitCode::success) {
      return tested;
    }
  }
  std::string url(context.parameter("statusurl"));
  if (url.empty() && !config.status_location) {
    // Nothing says where a page is: that the server answers must do.
    auto index = http_get(local + "/", true, deadline);
    return index ? ActionResult::ok()
                 : ActionResult::failed("Failed to access httpd index page. " +
                                        index.error().context);
  }
  if (url.empty()) {
    url = local + *config.status_location;
  }
  auto page = http_get(url, false, deadline);
  if (!page) {
    return ActionResult::failed("Failed to access httpd status page. " + page.error().context);
  }
  const std::string regex(context.parameter("testregex"));
  const auto match = has_match(page->body, regex);
  if (!match) {
    return ActionResult::misconfigured("testregex is no extended regular expression: " + regex);
  }
  // The script's client fails on error answers (curl -f), whatever their text.
  if (page->status >= 400 || !*match) {
    return ActionResult::failed("Failed to access httpd status page. " + url + " (status " +
                                std::to_string(page->status) + ") " +
                                (*match ? "is an error" : "does not match testregex"));
  }
  return ActionResult::ok();
}

ActionResult ApacheAgent::monitor(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  auto running = control_.monitor(context, target.unit);
  return running.code == OcfExitCode::success ? check_page(context, target) : running;
}

ActionResult ApacheAgent::start(const ActionContext& context) {
  auto prepared = prepare(context);
  if (auto* result = std::get_if<ActionResult>(&prepared)) {
    return *result;
  }
  const auto& target = std::get<Target>(prepared);
  if (auto started = control_.start(context, target.unit); started.code != OcfExitCode::success) {
    return started;
  }
  const auto until =
      std::min(systemd::own_deadline(context), systemd::Clock::now() + kLongestFirstPage);
  for (;;) {
    auto page = check_page(context, target);
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
  auto prepared = prepare(context);
  const auto* target = std::get_if<Target>(&prepared);
  return target != nullptr ? systemd::watch_unit(target->unit, watcher) : agent::WatchStart{};
}

}  // namespace mainstay::apache
