// SPDX-License-Identifier: Apache-2.0
// Agents that keep a state file and nothing else: both Dummies and Delay.
#include <filesystem>

#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

void build_nothing() {}

/// The files below /run that an agent may have left.
json state_files() {
  json names = json::array();
  for (const auto& entry : std::filesystem::recursive_directory_iterator("/run")) {
    if (entry.is_regular_file()) {
      const bool attribute = entry.path().parent_path() == "/run/attributes";
      names.push_back(entry.path().string() +
                      (attribute ? "=" + output_of("cat " + entry.path().string()) : ""));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

const Story kLife = {"probe",        "stop",    "start",        "monitor",    "start",
                     "probe",        "reload",  "validate-all", "migrate_to", "monitor",
                     "migrate_from", "monitor", "stop",         "monitor",    "stop"};

const Agent kHeartbeatDummy{
    .provider = "heartbeat",
    .type = "Dummy",
    .plugin = "dummy",
    .build = build_nothing,
    .look = state_files,
    .story = kLife,
};

const std::vector<Case> kHeartbeatCases = {
    {.name = "Plain"},
    {.name = "StateFile", .parameters = {{"state", "/run/here"}, {"fake", "x"}}},
    {.name = "Unwritable",
     .parameters = {{"state", "/run/none/here"}},
     .story = {"probe", "start", "monitor", "validate-all", "stop"}},
};

INSTANTIATE_TEST_SUITE_P(Dummy, Parity,
                         ::testing::ValuesIn(all_of(kHeartbeatDummy, kHeartbeatCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Dummy, MetaData, ::testing::Values(&kHeartbeatDummy));

const Agent kPacemakerDummy{
    .provider = "pacemaker",
    .type = "Dummy",
    .plugin = "pacemaker-dummy",
    .build = build_nothing,
    .look = state_files,
    .story = kLife,
};

const std::vector<Case> kPacemakerCases = {
    {.name = "Plain"},
    {.name = "ServedByBoth",
     .story = {"start", "other:monitor", "other:stop", "monitor", "other:start", "monitor", "stop",
               "other:monitor"}},
    {.name = "ReloadAgent", .story = {"reload-agent", "monitor", "reload-agent", "reload", "stop"}},
    {.name = "StateFile", .parameters = {{"state", "/run/here"}, {"passwd", "p"}, {"fake", "x"}}},
    {.name = "FailsStart",
     .parameters = {{"fail_start_on", output_of("printf %s $(uname -n)")}},
     .story = {"start", "monitor", "start", "reload-agent", "migrate_to", "migrate_from", "stop"}},
    {.name = "FailsStartElsewhere", .parameters = {{"fail_start_on", "elsewhere"}}},
    {.name = "Slow",
     .parameters = {{"op_sleep", "1"}},
     .story = {"start", "monitor", "validate-all", "!touch /run/Dummy-R.state.serialized",
               "monitor", "stop"}},
    {.name = "SleepsForNoNumber", .parameters = {{"op_sleep", "long"}}},
    {.name = "SleepsForAHalf", .parameters = {{"op_sleep", "0.5"}}},
    {.name = "Depths",
     .story = {"monitor@30", "start", "monitor@30", "monitor@40", "!echo 5 > /run/Dummy-R.state",
               "monitor@40", "monitor@50", "start@30", "stop@30", "stop"}},
    {.name = "Unwritable",
     .parameters = {{"state", "/run/none/here"}},
     .story = {"probe", "start", "monitor", "validate-all", "validate-all@10", "stop"}},
    {.name = "EnvironmentFile", .parameters = {{"envfile", "/run/env"}}, .declined = true},
    {.name = "UniqueClone", .meta = {{"globally-unique", "true"}, {"clone", "0"}}},
};

INSTANTIATE_TEST_SUITE_P(PacemakerDummy, Parity,
                         ::testing::ValuesIn(all_of(kPacemakerDummy, kPacemakerCases)), name_of);
INSTANTIATE_TEST_SUITE_P(PacemakerDummy, MetaData, ::testing::Values(&kPacemakerDummy));

const Agent kStateful{
    .provider = "pacemaker",
    .type = "Stateful",
    .plugin = "stateful",
    .build = build_attribute_tools,
    .look = state_files,
    .story = {"probe",        "stop",    "demote",  "promote", "start",  "monitor",
              "start",        "promote", "monitor", "probe",   "start",  "stop",
              "promote",      "notify",  "demote",  "monitor", "demote", "reload-agent",
              "validate-all", "stop",    "monitor", "stop"},
};

const std::vector<Case> kStatefulCases = {
    {.name = "Plain"},
    {.name = "StateFile", .parameters = {{"state", "/run/here"}, {"notify_delay", "0"}}},
    {.name = "OrderedAnswer",
     .story = {"start", "!echo 9 > /run/Stateful-R.state.rc", "monitor", "stop"}},
    {.name = "UnknownRole",
     .story = {"!echo Master > /run/Stateful-R.state", "probe", "monitor", "stop"}},
    {.name = "ServedByBoth",
     .story = {"start", "other:promote", "monitor", "demote", "other:monitor", "other:stop",
               "monitor"}},
    {.name = "EnvironmentFile", .parameters = {{"envfile", "/run/env"}}, .declined = true},
};

INSTANTIATE_TEST_SUITE_P(Stateful, Parity, ::testing::ValuesIn(all_of(kStateful, kStatefulCases)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Stateful, MetaData, ::testing::Values(&kStateful));

const Agent kDelay{
    .provider = "heartbeat",
    .type = "Delay",
    .plugin = "delay",
    .build = build_nothing,
    .look = state_files,
    .story = {"status", "probe", "stop", "start", "monitor", "start", "status", "validate-all",
              "stop", "monitor", "stop"},
    .common = {{"startdelay", "0.1"}, {"stopdelay", "0.1"}, {"mondelay", "0"}},
};

const std::vector<Case> kDelayCases = {
    {.name = "Plain"},
    {.name = "ServedByBoth",
     .story = {"start", "other:monitor", "other:stop", "monitor", "other:start", "stop"}},
    {.name = "BadStart", .parameters = {{"startdelay", "soon"}}},
    {.name = "BadStop", .parameters = {{"stopdelay", "1.0.0"}}},
    {.name = "Units", .parameters = {{"mondelay", "1s"}}},
    {.name = "Empty", .parameters = {{"startdelay", ""}, {"stopdelay", ""}, {"mondelay", ""}}},
    {.name = "Point", .parameters = {{"startdelay", "."}}},
};

INSTANTIATE_TEST_SUITE_P(Delay, Parity, ::testing::ValuesIn(all_of(kDelay, kDelayCases)), name_of);
INSTANTIATE_TEST_SUITE_P(Delay, MetaData, ::testing::Values(&kDelay));

}  // namespace
}  // namespace mainstay::parity
