// SPDX-License-Identifier: Apache-2.0
// `mainstay agent test`: finds the agent and runs the checks of core/conformance in a real agent
// host, on this very machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/conformance/verdict.h"
#include "core/ctl/text.h"
#include "core/model/agent_name.h"

namespace mainstay::ctl {

/// An agent as it is to be tested.
struct TestedAgent {
  model::AgentName name;
  std::string file;  ///< the plugin or the script
  std::string metadata;
  conformance::Subject subject;
};

/// `agent`: a plugin's file (it has a slash or ends in .so), or CLASS:[PROVIDER:]TYPE. A name
/// stands for what the cluster would run with these parameters; `script`: for the script at any
/// rate.
Result<TestedAgent> find_tested_agent(const std::string& host_program, const std::string& agent,
                                      const Options& parameters, const Options& second,
                                      bool script);

struct Finding {
  std::string claim;
  conformance::Verdict verdict;
};

/// Starts and stops the resource many times. `tell` takes each finding as soon as it is there.
/// Nothing is done to a resource that runs already. Errors: it cannot be tested at all.
Result<std::vector<Finding>> run_conformance(const std::string& host_program,
                                             const TestedAgent& agent,
                                             const std::function<void(const Finding&)>& tell);

}  // namespace mainstay::ctl
