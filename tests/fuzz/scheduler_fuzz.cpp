// SPDX-License-Identifier: Apache-2.0
// The scheduler's reader of CIBs and what it is for: whatever parses as a CIB is read, scheduled
// twice to the same graph, carried out, and read and scheduled again.
#include <cstdint>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/check.h"
#include "core/cib/document.h"
#include "core/report/graph_xml.h"
#include "core/report/transition_text.h"
#include "core/scheduler/read/reader.h"
#include "core/scheduler/schedule.h"
#include "core/scheduler/simulator.h"

namespace {

using mainstay::WallTime;
namespace scheduler = mainstay::scheduler;

const WallTime kNoon{std::chrono::seconds{1'700'000'000}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto document = mainstay::cib::Document::parse(std::string(text), "fuzz");
  if (!document) {
    MAINSTAY_CHECK(document.error().context.rfind("fuzz:", 0) == 0);
    return 0;
  }
  pugi::xml_document copy;
  copy.append_copy(document->root());
  const pugi::xml_node cib = copy.child("cib");
  const auto state = scheduler::read_cluster_state(cib, kNoon);
  if (!state) {
    return 0;
  }
  const auto graph = scheduler::schedule(*state);
  const std::string written = mainstay::report::transition_graph_xml(graph);
  MAINSTAY_CHECK(written == mainstay::report::transition_graph_xml(scheduler::schedule(*state)));
  mainstay::report::transition_summary_text(graph.decisions);
  scheduler::simulate(cib, graph, state->now);
  if (const auto revised = scheduler::read_cluster_state(cib, kNoon)) {
    (void)scheduler::schedule(*revised);
  }
  return 0;
}
