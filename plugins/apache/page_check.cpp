// SPDX-License-Identifier: Apache-2.0
#include "plugins/apache/page_check.h"

#include <regex.h>

#include <algorithm>
#include <memory>

#include "plugins/apache/apache_config.h"
#include "plugins/apache/http_get.h"
#include "plugins/apache/installation.h"
#include "plugins/shared/systemd/unit_control.h"

namespace mainstay::apache {
namespace {

using agent::ActionContext;
using agent::ActionResult;

constexpr unsigned kFirstError = 400;
constexpr int kDeepLevel = 10;

/// Why the page at `url` is not as it should be; empty if it is.
std::string defect(const ActionContext& context, const std::string& url, const std::string& regex) {
  const auto page = http_get(url, false, systemd::own_deadline(context));
  if (!page) {
    return page.error().context;
  }
  const std::string status = " (status " + std::to_string(page->status) + ")";
  if (page->status >= kFirstError && !shows_error_pages(std::string(context.parameter("client")))) {
    return url + " is an error" + status;
  }
  const auto match = has_match(page->body, regex);
  if (!match) {
    return "\"" + regex + "\" is no extended regular expression";
  }
  return *match ? std::string() : url + " does not match \"" + regex + "\"" + status;
}

ActionResult failed(const std::string& why) {
  return ActionResult::failed("Failed to access httpd status page. " + why);
}

ActionResult check_test_page(const ActionContext& context, const std::string& local) {
  std::string url(context.parameter("testurl"));
  const std::string regex(context.parameter("testregex10"));
  if (url.empty() || regex.empty()) {
    return ActionResult::misconfigured(
        "a monitor of depth 10 needs the parameters testurl and testregex10");
  }
  if (!url.starts_with("http")) {
    url.insert(0, local);
  }
  const std::string wrong = defect(context, url, regex);
  return wrong.empty() ? ActionResult::ok() : failed(wrong);
}

bool says_nothing_of_pages(const ActionContext& context) {
  const auto names = {"testregex", "testregex10", "testurl", "statusurl"};
  return std::all_of(names.begin(), names.end(), [&](const char* name) {
    return context.configured(name).value_or("").empty();
  });
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

ActionResult check_pages(const ActionContext& context, const std::string& config_file) {
  const auto config = read_config(config_file, real_config_files()).value_or(ServerConfig{});
  const std::string local =
      local_url(config, std::string(context.parameter("port")), context.is_true("use_ipv6"));
  if (context.check_level() >= kDeepLevel) {
    return check_test_page(context, local);
  }
  std::string url(context.parameter("statusurl"));
  if (url.empty()) {
    url = local + config.status_location.value_or("/");
  }
  std::string regex(context.parameter("testregex"));
  if (regex.empty()) {
    regex = kDefaultRegex;
  }
  const std::string wrong = defect(context, url, regex);
  if (wrong.empty()) {
    return ActionResult::ok();
  }
  if (says_nothing_of_pages(context) &&
      http_get(local + "/", true, systemd::own_deadline(context))) {
    return ActionResult::ok();
  }
  return failed(wrong);
}

}  // namespace mainstay::apache
