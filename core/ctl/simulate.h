// SPDX-License-Identifier: Apache-2.0
// `mainstay simulate`: what the scheduler would do with a CIB, in crm_simulate's text.
#pragma once

#include <iosfwd>
#include <string>

#include "core/cib/document.h"

namespace mainstay::ctl {

struct SimulateOptions {
  std::string file;         ///< -x FILE
  std::string time;         ///< -t TIME (ISO 8601), else the CIB's execution-date, else the clock
  bool json = false;        ///< --json: only decisions and actions, as JSON
  bool scores = false;      ///< -s: show allocation scores
  std::string graph_file;   ///< -G FILE: where the graph is written to, as Pacemaker's XML
  std::string output_file;  ///< -O FILE: where the CIB is written to once the plan is carried out
  bool execute = false;     ///< -S: carry out the plan and show the revised status
};

/// The same for a CIB that is at hand.
int simulate(cib::Document document, const SimulateOptions& options, std::ostream& out,
             std::ostream& err);

/// Never reads live state. 0; 1: a transition that cannot finish; 65: the input is no CIB; 66: the
/// file cannot be read.
int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err);

}  // namespace mainstay::ctl
