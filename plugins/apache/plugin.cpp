// SPDX-License-Identifier: Apache-2.0
// What administrators see of apache, and its export.
#include <array>

#include "plugins/apache/apache_agent.h"
#include "plugins/apache/page_check.h"

namespace {

using mainstay::agent::Action;
using mainstay::agent::Description;
using mainstay::agent::Parameter;
using mainstay::agent::ParameterType;

constexpr auto kParameters = std::to_array<Parameter>({
    {.name = "configfile",
     .shortdesc = "Configuration file",
     .longdesc =
         "The main configuration file. Another one than the distribution's needs a unit that "
         "uses it, else the script serves the resource.",
     .unique = true},
    {.name = "unit",
     .shortdesc = "systemd unit",
     .longdesc = "The unit that runs the server; apache2.service or httpd.service without it."},
    {.name = "httpd",
     .shortdesc = "Server program",
     .longdesc = "Without a unit, the script serves the resource."},
    {.name = "port",
     .shortdesc = "Port of the status page",
     .longdesc = "The port to look for the status page on; found in the configuration without it.",
     .type = ParameterType::integer},
    {.name = "statusurl",
     .shortdesc = "URL of the status page",
     .longdesc = "The page that a monitor asks for. Without it, the location of the handler "
                 "server-status in the configuration; without that, any answer will do."},
    {.name = "testregex",
     .shortdesc = "What the status page must match",
     .longdesc = "An extended regular expression, case ignored.",
     .default_value = mainstay::apache::kDefaultRegex},
    {.name = "client",
     .shortdesc = "HTTP client",
     .longdesc = "curl and wget are accepted and not used; another one needs the script."},
    {.name = "testurl",
     .shortdesc = "URL for the deeper check",
     .longdesc =
         "The page that a monitor with OCF_CHECK_LEVEL 10 asks for; without a host, the local "
         "server's."},
    {.name = "testregex10",
     .shortdesc = "What the page of the deeper check must match",
     .longdesc = "An extended regular expression, case ignored."},
    {.name = "testconffile",
     .shortdesc = "File with test stanzas",
     .longdesc = "The script serves the resource."},
    {.name = "testname",
     .shortdesc = "Name of a test stanza",
     .longdesc = "The script serves the resource."},
    {.name = "options",
     .shortdesc = "Options of the server program",
     .longdesc = "Without a unit, the script serves the resource."},
    {.name = "envfiles",
     .shortdesc = "Environment files",
     .longdesc = "Without a unit, the script serves the resource."},
    {.name = "use_ipv6",
     .shortdesc = "Ask over IPv6",
     .longdesc = "Whether the pages are asked for at ::1.",
     .default_value = "false",
     .type = ParameterType::boolean},
});

constexpr auto kActions = std::to_array<Action>({
    {.name = "start", .timeout_ms = 40'000},
    {.name = "stop", .timeout_ms = 60'000},
    {.name = "status", .timeout_ms = 30'000},
    {.name = "monitor", .interval_ms = 10'000},
    {.name = "monitor", .interval_ms = 60'000, .depth = 10},
    {.name = "validate-all", .timeout_ms = 5'000},
    {.name = "meta-data", .timeout_ms = 5'000},
});

constexpr Description kDescription{
    .type = "apache",
    .shortdesc = "Apache web server",
    .longdesc =
        "Runs the web server by its systemd unit and asks it for its status page. Native: "
        "without a shell and without curl.",
    .parameters = kParameters,
    .actions = kActions,
    // The server is systemd's; these are for apache2ctl configtest and for configurations of
    // others.
    .capabilities = "CAP_CHOWN CAP_DAC_OVERRIDE",
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(mainstay::apache::ApacheAgent, kDescription)
