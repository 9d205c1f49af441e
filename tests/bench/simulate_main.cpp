// SPDX-License-Identifier: Apache-2.0
// mainstay-simulate: the simulator as a program of its own, to score it against other schedulers.
#include <iostream>
#include <string>

#include "core/ctl/simulate.h"

int main(int argc, char** argv) {
  mainstay::ctl::SimulateOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "-S") {
      options.execute = true;
    } else if (word == "-x" && i + 1 < argc) {
      options.file = argv[++i];
    } else if (word == "-t" && i + 1 < argc) {
      options.time = argv[++i];
    } else {
      std::cerr << "usage: mainstay-simulate [-S] -x CIB.xml [-t TIME]\n";
      return 64;
    }
  }
  return mainstay::ctl::run_simulate(options, std::cout, std::cerr);
}
