// SPDX-License-Identifier: Apache-2.0
// crm_simulate: what the cluster would do next.
#include <iostream>
#include <string>

#include "core/ctl/crm/answer.h"
#include "core/ctl/crm/tool.h"
#include "core/ctl/simulate.h"

namespace mainstay::ctl::crm {

int crm_simulate(int argc, char** argv) {
  Run run("crm_simulate");
  SimulateOptions options;
  bool live = false;
  const Grammar app = run.grammar();
  app.add_flag("-L,--live-check", live, "The cluster as it is");
  app.add_option("-x,--xml-file", options.file, "A CIB instead");
  app.add_flag("-s,--show-scores", options.scores, "Scores, too");
  app.add_flag("-S,--simulate", options.execute, "Carry it out on a copy");
  app.add_option("-t,--set-datetime", options.time, "When it is to be");
  if (const auto ended = run.parse(argc, argv)) {
    return *ended;
  }
  if (!options.file.empty()) {
    return run_simulate(options, std::cout, std::cerr);
  }
  auto snapshot = run.cib().load();
  return snapshot ? simulate(std::move(snapshot->cib), options, std::cout, std::cerr)
                  : run.complain(snapshot.error());
}

}  // namespace mainstay::ctl::crm
