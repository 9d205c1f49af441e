// SPDX-License-Identifier: Apache-2.0
// The wrapper, the table and the caller together: what an agent sees and what comes back.
#include "core/agent/agent_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using mainstay::agent::Action;
using mainstay::agent::ActionContext;
using mainstay::agent::ActionResult;
using mainstay::agent::AgentCall;
using mainstay::agent::defect;
using mainstay::agent::Description;
using mainstay::agent::LogSeverity;
using mainstay::agent::OcfExitCode;
using mainstay::agent::Parameter;
using mainstay::agent::PluginInstance;

constexpr Parameter kParameters[] = {
    {.name = "ip", .required = true},
    {.name = "count", .default_value = "5", .type = mainstay::agent::ParameterType::integer},
};
constexpr Action kActions[] = {{.name = "start"}, {.name = "monitor", .interval_ms = 10'000}};
constexpr Description kDescription{
    .provider = "test", .type = "Echo", .parameters = kParameters, .actions = kActions};

class EchoAgent final : public mainstay::agent::ResourceAgent {
 public:
  ActionResult start(const ActionContext& context) override {
    ++starts_;
    context.log(LogSeverity::notice, "hello");
    std::string seen = std::string(context.resource_id()) + "|" + std::string(context.type());
    seen += "|" + std::string(context.parameter("ip")) + "|";
    seen += std::string(context.parameter("count")) + "|";
    seen += std::string(context.meta("interval").value_or("none")) + "|";
    seen += std::to_string(context.timeout().count()) + "|" + std::to_string(starts_);
    return ActionResult::failed(seen);
  }
  ActionResult stop(const ActionContext&) override { throw std::runtime_error("boom"); }
  ActionResult monitor(const ActionContext& context) override {
    if (context.is_probe()) {
      return ActionResult::not_running("probe");
    }
    return {OcfExitCode::success, "level " + std::to_string(context.check_level())};
  }
  ActionResult validate_all(const ActionContext&) override { throw 42; }
  ActionResult reload(const ActionContext&) override {
    return ActionResult::failed(std::string(5000, 'x') + "\nsecond line");
  }

 private:
  int starts_ = 0;
};

}  // namespace

MAINSTAY_AGENT_PLUGIN(EchoAgent, kDescription)

namespace {

AgentCall call_of(const std::string& action) {
  AgentCall call;
  call.action = action;
  call.resource = "res:1";
  call.type = "Echo";
  return call;
}

TEST(AgentCall, HandsEverythingToTheAgentAndKeepsItsObject) {
  PluginInstance instance(mainstay_agent_plugin);
  AgentCall call = call_of("start");
  call.parameters = {{"ip", "10.0.0.1"}};
  call.meta = {{"interval", "10000"}};
  call.timeout = std::chrono::milliseconds(1234);
  std::string logged;
  const auto sink = [&](LogSeverity severity, const std::string& line) {
    logged = std::to_string(static_cast<int>(severity)) + line;
  };
  EXPECT_EQ(instance.run(call, sink).reason, "res:1|Echo|10.0.0.1|5|10000|1234|1");
  EXPECT_EQ(instance.run(call, sink).reason, "res:1|Echo|10.0.0.1|5|10000|1234|2");
  EXPECT_EQ(logged, "5hello");
}

TEST(AgentCall, TellsAProbeFromARecurringMonitor) {
  PluginInstance instance(mainstay_agent_plugin);
  AgentCall call = call_of("monitor");
  EXPECT_EQ(instance.run(call, {}).code, OcfExitCode::not_running);
  call.interval = std::chrono::milliseconds(10'000);
  call.parameters = {{"OCF_CHECK_LEVEL", "10"}};
  EXPECT_EQ(instance.run(call, {}).reason, "level 10");
}

TEST(AgentCall, TurnsExceptionsIntoErrGeneric) {
  PluginInstance instance(mainstay_agent_plugin);
  const ActionResult stopped = instance.run(call_of("stop"), {});
  EXPECT_EQ(stopped.code, OcfExitCode::err_generic);
  EXPECT_EQ(stopped.reason, "boom");
  AgentCall call = call_of("validate-all");
  call.parameters = {{"ip", "10.0.0.1"}};
  EXPECT_EQ(instance.run(call, {}).code, OcfExitCode::err_generic);
}

TEST(AgentCall, BeginsNothingWithoutARequiredParameter) {
  PluginInstance instance(mainstay_agent_plugin);
  AgentCall call = call_of("start");
  EXPECT_EQ(instance.run(call, {}).code, OcfExitCode::err_configured);
  EXPECT_EQ(instance.run(call, {}).reason, "parameter ip is required");
  call.action = "validate-all";
  call.parameters = {{"ip", ""}};
  EXPECT_EQ(instance.run(call, {}).code, OcfExitCode::err_configured);
  EXPECT_EQ(instance.run(call_of("monitor"), {}).code, OcfExitCode::not_running);
}

TEST(AgentCall, AnswersUnknownActionsAsUnimplemented) {
  PluginInstance instance(mainstay_agent_plugin);
  EXPECT_EQ(instance.run(call_of("promote"), {}).code, OcfExitCode::err_unimplemented);
  EXPECT_EQ(instance.run(call_of("frobnicate"), {}).code, OcfExitCode::err_unimplemented);
}

TEST(AgentCall, CutsTheReasonToOneBoundedLine) {
  PluginInstance instance(mainstay_agent_plugin);
  EXPECT_EQ(instance.run(call_of("reload"), {}).reason, std::string(1023, 'x'));
}

TEST(AgentCall, FindsDefectsOfATable) {
  EXPECT_EQ(defect(mainstay_agent_plugin), "");
  mainstay::agent::abi::Plugin table = mainstay_agent_plugin;
  table.abi_version = 99;
  EXPECT_THAT(defect(table), testing::HasSubstr("version 99"));
  table = mainstay_agent_plugin;
  table.size = 12;
  EXPECT_THAT(defect(table), testing::HasSubstr("12 bytes"));
  table = mainstay_agent_plugin;
  table.run = nullptr;
  EXPECT_THAT(defect(table), testing::HasSubstr("lacks a function"));
  table = mainstay_agent_plugin;
  table.parameter_size = 3;
  EXPECT_THAT(defect(table), testing::HasSubstr("malformed"));
}

}  // namespace
