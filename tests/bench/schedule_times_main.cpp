// SPDX-License-Identifier: Apache-2.0
// schedule-times REPEAT FILE...: what crm_simulate --profile --repeat measures, of our scheduler:
// the CIB as a tree in memory, from there to the graph, REPEAT times, in CPU time as it does, with
// the daemon's way of keeping memory. One line per file: average microseconds and the file.
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <pugixml.hpp>

#include "core/base/memory.h"
#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"

namespace {

/// Microseconds of one round on average; negative if the file cannot be scheduled.
double average(const char* file, int repeat) {
  pugi::xml_document document;
  if (!document.load_file(file)) {
    return -1;
  }
  const pugi::xml_node cib = document.child("cib");
  const auto now = mainstay::scheduler::execution_date(cib).value_or(mainstay::WallTime());
  const std::clock_t begin = std::clock();
  for (int round = 0; round < repeat; ++round) {
    const auto state = mainstay::scheduler::read_cluster_state(cib, now);
    if (!state || mainstay::scheduler::schedule(*state).actions.size() > 10'000'000) {
      return -1;
    }
  }
  return static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / repeat;
}

}  // namespace

int main(int argc, char** argv) {
  const int repeat = argc > 2 ? std::atoi(argv[1]) : 0;
  if (repeat < 1) {
    std::fputs("usage: schedule-times REPEAT FILE...\n", stderr);
    return 2;
  }
  mainstay::keep_freed_memory();
  int failed = 0;
  for (int i = 2; i < argc; ++i) {
    const double microseconds = average(argv[i], repeat);
    failed += microseconds < 0 ? 1 : 0;
    std::printf("%.1f %s\n", microseconds, argv[i]);
  }
  return failed == 0 ? 0 : 1;
}
