// SPDX-License-Identifier: Apache-2.0
// ocf:pacemaker:ping: hosts that answer and hosts that do not, in a network of the test's own.
#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

void build() {
  build_network();
  build_attribute_tools();
}

json attributes() {
  return output_of(
      "cd /run; for f in ping-* attributes/*; do [ -f $f ] && echo $f $(cat $f); done");
}

const Agent kPing{
    .provider = "pacemaker",
    .type = "ping",
    .plugin = "ping",
    .build = build,
    .look = attributes,
    .story = {"probe", "monitor", "start", "monitor", "start", "reload-agent", "validate-all",
              "stop", "monitor", "stop"},
    .common = {{"attempts", "1"}, {"timeout", "1"}, {"use_fping", "0"}},
};

Parameters hosts(const std::string& list, Parameters more = {}) {
  more.try_emplace("host_list", list);
  return more;
}

const Story kShort = {"start", "monitor", "stop"};

const std::vector<Case> kCases = {
    {"Answers", hosts("192.168.56.11")},
    {"Several", hosts("192.168.56.11 10.1.0.1  127.0.0.1", {{"multiplier", "100"}})},
    {"Ipv6", hosts("fd00::11 ::1", {{"multiplier", "10"}})},
    {"BothFamilies", hosts("fd00::11 127.0.0.1"), kShort},
    {"Name", hosts("localhost"), kShort},
    {"Silent", hosts("192.168.56.99"), kShort},
    {"SomeSilent", hosts("192.168.56.11 192.168.56.99", {{"multiplier", "5"}}), kShort},
    {"UnknownName", hosts("no.such.host.invalid 127.0.0.1"), kShort},
    {"NoRoute", hosts("172.31.0.1"), {"!ip route del default", "start", "monitor", "stop"}},
    {"BelowFailureScore", hosts("192.168.56.99 127.0.0.1", {{"failure_score", "2"}}), kShort},
    {"AtFailureScore", hosts("192.168.56.11 127.0.0.1", {{"failure_score", "2"}}), kShort},
    {"Named", hosts("127.0.0.1", {{"name", "uplink"}, {"dampen", "0"}, {"debug", "true"}}), kShort},
    {"StateFile", hosts("127.0.0.1", {{"pidfile", "/run/ping-here"}}), kShort},
    {"StateFileNowhere",
     hosts("127.0.0.1", {{"pidfile", "/run/none/ping"}}),
     {"validate-all", "validate-all@10"}},
    {"UniqueClone", hosts("127.0.0.1"), kShort, {{"globally-unique", "true"}}},
    {"TimeoutInMilliseconds", hosts("127.0.0.1", {{"timeout", "2000ms"}}), kShort},
    {"ServedByBoth",
     hosts("127.0.0.1"),
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "monitor", "stop"}},
    {.name = "OwnOptions",
     .parameters = hosts("127.0.0.1", {{"options", "-I lo"}}),
     .declined = true},
};

INSTANTIATE_TEST_SUITE_P(Ping, Parity, ::testing::ValuesIn(all_of(kPing, kCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Ping, MetaData, ::testing::Values(&kPing));

}  // namespace
}  // namespace mainstay::parity
