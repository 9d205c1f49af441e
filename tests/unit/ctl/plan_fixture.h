// SPDX-License-Identifier: Apache-2.0
// A small cluster's CIB and the ways in which tests apply plans to it.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "core/cib/document.h"
#include "core/ctl/resource_create.h"

namespace mainstay::ctl {

inline cib::Document two_nodes() {
  auto parsed = cib::Document::parse(
      "<cib crm_feature_set='3.16.2' validate-with='pacemaker-3.9' epoch='1' num_updates='0' "
      "admin_epoch='0'><configuration><crm_config/><nodes><node id='1' uname='node1'/><node "
      "id='2' uname='node2'/></nodes><resources/><constraints/></configuration><status/></cib>",
      "test");
  EXPECT_TRUE(parsed) << parsed.error().context;
  return *parsed;
}

inline Words words(const std::string& line) {
  std::istringstream in(line);
  Words result;
  for (std::string word; in >> word;) {
    result.push_back(word);
  }
  return result;
}

inline void must_apply(cib::Document& cib, const Result<Plan>& plan) {
  ASSERT_TRUE(plan) << plan.error().context;
  const auto applied = cib.apply(plan->change, {}, WallTime{});
  ASSERT_TRUE(applied) << applied.error().context;
}

/// The text between two marks of the CIB's text, without line breaks and indentation.
inline std::string part(const cib::Document& cib, const std::string& element) {
  const std::string text = cib.compact_text();
  const std::size_t begin = text.find("<" + element);
  const std::string close = "</" + element + ">";
  const std::size_t end = text.find(close, begin);
  return begin == std::string::npos || end == std::string::npos
             ? text
             : text.substr(begin, end + close.size() - begin);
}

inline agent::AgentInfo ipaddr2() {
  agent::AgentInfo info;
  info.standard = "ocf";
  info.provider = "heartbeat";
  info.type = "IPaddr2";
  info.parameters = {{.name = "ip", .required = true}, {.name = "cidr_netmask"}, {.name = "nic"}};
  info.actions = {
      {.name = "start", .timeout = Duration{20'000}},
      {.name = "stop", .timeout = Duration{20'000}},
      {.name = "monitor", .timeout = Duration{20'000}, .interval = Duration{10'000}, .depth = 0},
      {.name = "validate-all", .timeout = Duration{20'000}},
      {.name = "meta-data", .timeout = Duration{5'000}}};
  return info;
}

inline Result<Plan> create(const cib::Document& cib, const std::string& line,
                           bool described = true) {
  auto arguments = parse_create(words(line));
  if (!arguments) {
    return arguments.error();
  }
  auto name = model::AgentName::parse(arguments->agent);
  if (!name) {
    return name.error();
  }
  return plan_resource_create(cib, *arguments, *name,
                              described ? std::optional(ipaddr2()) : std::nullopt);
}

}  // namespace mainstay::ctl
