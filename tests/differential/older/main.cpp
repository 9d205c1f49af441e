// SPDX-License-Identifier: Apache-2.0
// The simulator with rules of Pacemaker 2.1.5 in place of the scheduler's own: see README.md.
#include <iostream>
#include <string>

#include "core/ctl/simulate.h"

int main(int argc, char** argv) {
  mainstay::ctl::SimulateOptions options;
  for (int i = 2; i < argc; ++i) {  // argv[1] is "simulate", as of the other programs
    const std::string word = argv[i];
    if (word == "-S") {
      options.execute = true;
    } else if (word == "-s") {
      options.scores = true;
    } else if (word == "-x" && i + 1 < argc) {
      options.file = argv[++i];
    } else if (word == "-O" && i + 1 < argc) {
      options.output_file = argv[++i];
    } else if (word == "-G" && i + 1 < argc) {
      options.graph_file = argv[++i];
    } else {
      std::cerr << "usage: simulate-as-2.1 simulate [-S] [-s] -x CIB.xml [-O FILE] [-G FILE]\n";
      return 64;
    }
  }
  return mainstay::ctl::run_simulate(options, std::cout, std::cerr);
}
