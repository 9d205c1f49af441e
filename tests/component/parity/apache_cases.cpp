// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:apache: the native agent has systemd run the server, the script runs it itself.
// Both need the distribution's configuration and unit (Debian's here), so the host is a booted one.
#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

/// The configuration as it is installed, with the host's two addresses to listen on, and no server.
void build() {
  shell(
      "cd /run; [ -d pristine ] || cp -a /etc/apache2 pristine; systemctl stop apache2;"
      "systemctl reset-failed apache2 2>&-; pkill -KILL apache2;"
      "rm -rf /etc/apache2 /run/apache2/*.pid; cp -a pristine /etc/apache2;"
      "[ -x /usr/sbin/apache2 ] || mv /usr/sbin/apache2.aside /usr/sbin/apache2;"
      "grep -q '^::1' /etc/hosts || echo '::1 localhost' >> /etc/hosts");
}

/// Whether the server runs, the process in its pid file does, and what is served where. Told once
/// systemd is done: a server that ends by itself makes it run the unit's ExecStop, which is a
/// process of the same name.
json server() {
  return output_of(
      "timeout 30 sh -c 'while [ \"$(systemctl is-active apache2)\" = deactivating ]; do :; done';"
      "pgrep -x apache2 > /dev/null && echo runs;"
      "kill -0 $(cat /run/apache2/apache2.pid 2>&-) 2>&- && echo pid file;"
      "for at in 127.0.0.1:80 127.0.0.1:8080 [::1]:80 [::1]:8080 192.168.56.1:80; do"
      " curl -gs --noproxy '*' --max-time 5 http://$at/ | head -1; done");
}

const Agent kApache{
    .provider = "heartbeat",
    .type = "apache",
    .plugin = "apache",
    .build = build,
    .look = server,
    .story = {"probe", "start", "monitor", "probe", "stop", "probe", "stop"},
    .on_host = true,
};

const std::string kPorts = "/etc/apache2/ports.conf";

Story after(const std::string& command, Story story = {"start", "monitor", "stop", "probe"}) {
  story.insert(story.begin(), "!" + command);
  return story;
}
/// Without a ServerRoot the script finds only what is included by its whole path.
Story listening(const std::string& lines) {
  return after("printf '" + lines + "\\n' > " + kPorts +
               "; sed -i 's|Include ports|Include /etc/apache2/ports|' /etc/apache2/apache2.conf");
}
/// A page of mod_status where the script finds it: not in an IncludeOptional, as Debian's is.
std::string status_at(const std::string& location, const std::string& more = "Require local") {
  return "<Location " + location + ">\\nSetHandler server-status\\n" + more + "\\n</Location>\\n";
}
Story with_status(const std::string& lines) {
  return listening("Listen 80\\n" + lines);
}

const Story kDeep = {"start", "monitor@10", "monitor@20", "monitor@5", "stop"};
const Story kAll = {"probe", "monitor", "start", "validate-all", "probe", "stop"};

const std::vector<Case> kServed = {
    {"Nothing",
     {},
     {"probe", "start", "monitor", "start", "probe", "validate-all", "stop", "probe", "stop"}},
    {"UsualConfigfile", {{"configfile", "/etc/apache2/apache2.conf"}}},
    {"UsualHttpd",
     // The script knows no default of the one where the other is configured.
     {{"httpd", "/usr/sbin/apache2"}, {"configfile", "/etc/apache2/apache2.conf"}}},
    {"HttpdIsNotThere", {{"httpd", "/usr/sbin/httpd"}}},
    {"UsualEnvfiles", {{"envfiles", "/etc/apache2/envvars"}}},
    {"NoOptions", {{"options", ""}}},
    {"Curl", {{"client", "curl"}}},
    {"Wget", {{"client", "wget"}}},
    {"PortBesidesListen", {{"port", "81"}}},
    {"PortIsNoNumber", {{"port", "http"}}},
    {"Ipv6", {{"use_ipv6", "true"}}},
    {"StatusUrl", {{"statusurl", "http://127.0.0.1/server-status"}}},
    {"StatusUrlByName",
     {{"statusurl", "http://localhost:80/server-status?auto"}, {"testregex", "^uptime:"}}},
    {"StatusUrlNotFound", {{"statusurl", "http://127.0.0.1/none"}}},
    {"StatusUrlNotFoundByCurl", {{"statusurl", "http://127.0.0.1/none"}, {"client", "curl"}}},
    {"StatusUrlOfNobody", {{"statusurl", "http://127.0.0.1:9/"}}},
    {"StatusUrlOfAnotherHost", {{"statusurl", "http://192.168.56.99/"}}},
    {"StatusUrlMoved",
     {{"statusurl", "http://127.0.0.1/moved"}},
     after("echo 'Redirect /moved http://127.0.0.1/server-status' >> " + kPorts)},
    {"TestRegex", {{"testregex", "COMES from|nothing"}}},
    {"TestRegexOfAnotherPage", {{"testregex", "apache server status"}}},
    {"TestRegexEmpty", {{"testregex", ""}}},
    {"TestRegexOfALine", {{"testregex", "^<html>.*</html>$"}}},
    {"TestRegexNowhere", {{"testregex", "absent!"}}},
    {"TestRegexIsNone", {{"testregex", "("}}},
    {"StatusPage", {{"testregex", "apache server status"}}, with_status(status_at("/state"))},
    {"StatusPageInQuotes", {{"testregex", "uptime"}}, with_status(status_at("\"/state\""))},
    {"StatusPageTwice",
     {{"testregex", "uptime"}},
     with_status(status_at("/a", "Require all denied") + status_at("/b"))},
    {"StatusPageOfNobody", {}, with_status(status_at("/state", "Require all denied"))},
    {"StatusPageOfNobodyWithRegex",
     {{"testregex", "</html>"}},
     with_status(status_at("/state", "Require all denied"))},
    {"ListenPort", {}, listening("Listen 8080")},
    {"ListenAddress", {{"testregex", "comes from"}}, listening("Listen 127.0.0.1:8080")},
    {"ListenServiceAddress", {{"testregex", "comes from"}}, listening("Listen 192.168.56.1:80")},
    {"ListenTwice", {{"testregex", "comes from"}}, listening("Listen 8080\\nListen 80")},
    {"ListenLowerCase", {{"testregex", "comes from"}}, listening("listen 8080 http")},
    {"ListenIpv6",
     {{"testregex", "comes from"}, {"use_ipv6", "true"}},
     listening("Listen [::]:80")},
    {"ListenIpv6Address",
     {{"testregex", "comes from"}, {"use_ipv6", "true"}},
     listening("Listen [::1]:8080")},
    {"ListenInAnIncludedFolder",
     {{"testregex", "comes from"}},
     after("mkdir -p /etc/apache2/more; echo Listen 8080 > /etc/apache2/more/a; cd /etc/apache2;"
           "sed -i 's|Include ports.conf|Include \"/etc/apache2/more\"|' apache2.conf")},
    {"ListenUnderServerRoot",
     {{"testregex", "comes from"}},
     after("cd /etc/apache2; echo listen 8080 > ports.conf;"
           "sed -i '1i ServerRoot \"/etc/apache2\"' apache2.conf")},
    {"Deep", {{"testurl", "/"}, {"testregex10", "COMES from"}}, kDeep},
    {"DeepWithWholeUrl",
     {{"testurl", "http://127.0.0.1:80/index.html"}, {"testregex10", "comes from"}},
     kDeep},
    {"DeepNowhere", {{"testurl", "/"}, {"testregex10", "absent!"}}, kDeep},
    {"DeepNotFound", {{"testurl", "/none"}, {"testregex10", "html"}}, kDeep},
    {"DeepNotConfigured", {}, kDeep},
    {"DeepWithoutRegex", {{"testurl", "/"}}, kDeep},
    {"DeepWithBlankUrl", {{"testurl", "  "}, {"testregex10", "x"}}, kAll},
    {"WrongConfig", {}, after("echo Nonsense >> " + kPorts, {"probe", "start", "probe", "stop"})},
    {"NoConfig", {}, after("rm /etc/apache2/apache2.conf", kAll)},
    {"NoProgram", {}, after("mv /usr/sbin/apache2 /usr/sbin/apache2.aside", kAll)},
    {"StalePidFile",
     {},
     after("mkdir -p /run/apache2; echo 4194303 > /run/apache2/apache2.pid",
           {"probe", "monitor", "stop", "start", "monitor", "stop"})},
    {"Killed",
     {},
     {"start", "!pkill -KILL apache2; timeout 9 sh -c 'while pgrep -x apache2; do :; done' >&-",
      "monitor", "probe", "start", "monitor", "stop"}},
    {"PageBreaksLater",
     {{"testregex", "comes from"}},
     {"start", "!mv /var/www/html/index.html /run/page", "monitor", "start",
      "!mv /run/page /var/www/html/index.html", "monitor", "stop"}},
    {"StartedByAnAdministrator", {}, after("systemctl start apache2", kAll)},
    {"ServedByBoth",
     {},
     {"start", "left:other:monitor", "left:other:stop", "probe", "other:start", "left:monitor",
      "left:start", "left:probe", "left:stop", "probe"}},
};

/// What a unit cannot be told, or only the script's clients can ask.
const std::vector<Case> kDeclined = {
    {.name = "OtherConfigfile",
     .parameters = {{"configfile", "/etc/apache2/other.conf"}},
     .declined = true},
    {.name = "OtherHttpd", .parameters = {{"httpd", "/bin/true"}}, .declined = true},
    {.name = "Options", .parameters = {{"options", "-D EXTRA"}}, .declined = true},
    {.name = "NoEnvfiles", .parameters = {{"envfiles", ""}}, .declined = true},
    {.name = "OtherEnvfiles", .parameters = {{"envfiles", "/etc/default/web"}}, .declined = true},
    {.name = "OwnClient", .parameters = {{"client", "lynx"}}, .declined = true},
    {.name = "TestFile", .parameters = {{"testconffile", "/etc/web.tests"}}, .declined = true},
    {.name = "StatusByHttps",
     .parameters = {{"statusurl", "https://127.0.0.1/"}},
     .declined = true},
};

INSTANTIATE_TEST_SUITE_P(Apache, Parity, ::testing::ValuesIn(all_of(kApache, kServed)), name_of);
INSTANTIATE_TEST_SUITE_P(ApacheLeft, Parity, ::testing::ValuesIn(all_of(kApache, kDeclined)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Apache, MetaData, ::testing::Values(&kApache));

}  // namespace
}  // namespace mainstay::parity
