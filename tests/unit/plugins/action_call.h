// SPDX-License-Identifier: Apache-2.0
// Calls one action of an agent object, as a host would. The clock of a call is real, its deadline
// far.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/mainstay_agent.h"

namespace mainstay::testing {

/// A plugin's table with nothing but defaults of parameters. Lives as long as the program.
inline const agent::abi::Plugin& record_with_defaults(
    std::initializer_list<std::pair<const char*, const char*>> defaults) {
  static std::map<std::vector<std::pair<const char*, const char*>>,
                  std::pair<std::vector<agent::Parameter>, agent::abi::Plugin>>
      records;
  auto& [parameters, record] = records[{defaults}];
  if (parameters.empty()) {
    for (const auto& [name, value] : defaults) {
      agent::Parameter parameter;
      parameter.name = name;
      parameter.default_value = value;
      parameters.push_back(parameter);
    }
    record.parameters = parameters.data();
    record.parameter_count = parameters.size();
  }
  return record;
}

struct ActionCall {
  std::string action;
  std::map<std::string, std::string> parameters = {};
  std::map<std::string, std::string> meta = {};
  std::string type = {};
  bool recurring = false;
  int check_level = 0;
  std::chrono::milliseconds timeout{20'000};

  agent::ActionResult run(agent::ResourceAgent& agent, const agent::abi::Plugin& record) const {
    const auto list = [](const std::map<std::string, std::string>& values) {
      std::vector<agent::abi::NameValue> items;
      for (const auto& [name, value] : values) {
        items.push_back({name.c_str(), value.c_str()});
      }
      return items;
    };
    const auto parameter_list = list(parameters);
    const auto meta_list = list(meta);
    agent::abi::ActionInput input{};
    input.size = sizeof input;
    input.action = action.c_str();
    input.resource = "R";
    input.type = type.c_str();
    input.probe = action == "monitor" && !recurring ? 1 : 0;
    input.parameters = parameter_list.data();
    input.parameter_count = parameter_list.size();
    input.meta = meta_list.data();
    input.meta_count = meta_list.size();
    input.timeout_ms = timeout.count();
    input.deadline_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                            (std::chrono::steady_clock::now() + timeout).time_since_epoch())
                            .count();
    input.interval_ms = recurring ? 10'000 : 0;
    input.check_level = check_level;
    input.state_directory = "/nonexistent";
    input.log = [](void*, std::int32_t, const char*) {};
    const agent::ActionContext context(input, record);
    return agent::detail::dispatch(agent, context);
  }
};

}  // namespace mainstay::testing
