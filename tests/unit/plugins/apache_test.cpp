// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "plugins/apache/apache_config.h"
#include "plugins/apache/http_get.h"
#include "plugins/apache/page_check.h"

namespace {

using mainstay::apache::ConfigFiles;
using mainstay::apache::has_match;
using mainstay::apache::local_url;
using mainstay::apache::parse_url;
using mainstay::apache::read_config;
using mainstay::apache::ServerConfig;
using mainstay::apache::Url;

ConfigFiles files_of(std::map<std::string, std::string> texts) {
  return {[texts](const std::string& path) -> std::optional<std::string> {
            const auto found = texts.find(path);
            return found == texts.end() ? std::nullopt : std::optional(found->second);
          },
          [texts](const std::string& pattern) {
            std::vector<std::string> paths;
            const std::string stem = pattern.substr(0, pattern.find('*'));
            for (const auto& [path, text] : texts) {
              if (path == pattern || (stem != pattern && path.starts_with(stem))) {
                paths.push_back(path);
              }
            }
            return paths;
          }};
}

TEST(ApacheConfig, FollowsIncludes) {
  const auto config =
      read_config("/etc/apache2/apache2.conf",
                  files_of({{"/etc/apache2/apache2.conf",
                             "# Listen 1\nPidFile ${APACHE_PID_FILE}\nInclude ports.conf\n"
                             "IncludeOptional sites/*.conf\nInclude mods-enabled/*.conf\n"},
                            {"/etc/apache2/ports.conf", "Listen 8080\nListen 443\n"},
                            {"/etc/apache2/sites/other.conf", "Listen 81\n"},
                            {"/etc/apache2/mods-enabled/status.conf",
                             "<Location /server-status>\n  SetHandler server-status\n"
                             "</Location>\n"}}));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen, (std::vector<std::string>{"8080", "443"}));
  EXPECT_EQ(config->status_location, "/server-status");
  EXPECT_EQ(config->pid_file, "${APACHE_PID_FILE}");
  EXPECT_EQ(local_url(*config, "", false), "http://127.0.0.1:8080");
}

TEST(ApacheConfig, EndsWhenAFileIncludesItself) {
  EXPECT_TRUE(read_config("/a", files_of({{"/a", "Include /a\nListen 80\n"}})));
}

TEST(ApacheConfig, IsNoneWithoutItsFile) {
  EXPECT_FALSE(read_config("/a", files_of({})));
}

ServerConfig listening(std::vector<std::string> listen) {
  ServerConfig config;
  config.listen = std::move(listen);
  return config;
}

TEST(LocalUrl, IsThatOfTheFirstPlainListen) {
  EXPECT_EQ(local_url(listening({"443", "192.168.56.10:8080"}), "", false),
            "http://192.168.56.10:8080");
  EXPECT_EQ(local_url(listening({"80"}), "81", true), "http://[::1]:80");
  EXPECT_EQ(local_url(listening({"[::]:80"}), "", false), "http://[::1]:80");
  EXPECT_EQ(local_url(listening({"*:8080"}), "", false), "http://127.0.0.1:8080");
}

TEST(LocalUrl, FallsBackOnThePort) {
  EXPECT_EQ(local_url({}, "81", false), "http://127.0.0.1:81");
  EXPECT_EQ(local_url({}, "", false), "http://127.0.0.1:80");
}

TEST(ParseUrl, TakesPlainHttpOnly) {
  EXPECT_EQ(parse_url("http://[::1]:81/x?y=1#z"),
            (Url{.host = "::1", .port = "81", .path = "/x?y=1"}));
  EXPECT_EQ(parse_url("http://localhost"), (Url{.host = "localhost", .port = "80", .path = "/"}));
  for (const char* bad : {"https://a/", "a", "http://", "http://a:x/", "http://a:/", "http://[::1",
                          "http://a/b\r\nEvil: 1", "http://u@a/"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(TestRegex, MatchesLinesIgnoringCase) {
  EXPECT_EQ(has_match("first\n</ HTML >\n", "</ *html *>"), true);
  EXPECT_EQ(has_match("It works", "^works"), false);
  EXPECT_FALSE(has_match("x", "(").has_value());
}

}  // namespace
