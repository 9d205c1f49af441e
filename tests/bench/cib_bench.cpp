// SPDX-License-Identifier: Apache-2.0
// What a CIB of 32 nodes and 1,000 resources (17 MB) costs: recording a result must not depend on
// its size.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/cib/document.h"
#include "core/cib/history.h"
#include "core/cib/validate.h"

namespace mainstay::cib {
namespace {

const WallTime kNoon{std::chrono::seconds{1'700'000'000}};
const Origin kAdmin{"bench", "root", "node1"};

std::string resource(int i) {
  return "resource-" + std::to_string(i);
}
std::string node(int i) {
  return "node" + std::to_string(i);
}

OperationRecord operation(int node_number, int resource_number, bool monitor) {
  return {.node = node(node_number),
          .resource = resource(resource_number),
          .agent = {"ocf", "heartbeat", "Dummy"},
          .operation = monitor ? "monitor" : "start",
          .interval = Duration{monitor ? 10'000 : 0},
          .transition_key = "1234:56:0:11111111-2222-3333-4444-555555555555",
          .call_id = 123,
          .last_rc_change = kNoon,
          .exec_time = Duration{12},
          .parameters = {{"state", "/run/" + resource(resource_number)}},
          .timeout = Duration{20'000}};
}

std::string primitive(int i) {
  const std::string id = resource(i);
  return "<primitive id='" + id +
         "' class='ocf' provider='heartbeat' type='Dummy'><instance_attributes id='" + id +
         "-i'><nvpair id='" + id + "-i-state' name='state' value='/run/" + id +
         "'/></instance_attributes><operations><op id='" + id +
         "-m' name='monitor' interval='10s' timeout='20s'/></operations></primitive>";
}

Document cluster(int nodes, int resources) {
  Document document;
  Change change;
  for (int i = 0; i < resources; ++i) {
    change.push_back(
        {.kind = Edit::Kind::merge, .path = "/cib/configuration/resources", .xml = primitive(i)});
  }
  if (!document.apply(change, kAdmin, kNoon)) {
    std::abort();
  }
  for (int n = 0; n < nodes; ++n) {
    for (int r = 0; r < resources; ++r) {
      record_operation(document, operation(n, r, false));
      record_operation(document, operation(n, r, true));
    }
  }
  return document;
}

/// Built once per size; every benchmark leaves it about as large as it was.
Document& shared_cluster(bool large) {
  static Document small_one = cluster(2, 10);
  static Document large_one = cluster(32, 1'000);
  return large ? large_one : small_one;
}

void record_result(benchmark::State& state) {
  Document& document = shared_cluster(state.range(0) != 0);
  const int nodes = state.range(0) != 0 ? 32 : 2;
  const int resources = state.range(0) != 0 ? 1'000 : 10;
  int turn = 0;
  for ([[maybe_unused]] auto _ : state) {
    turn = (turn + 7919) % (nodes * resources);
    record_operation(document, operation(turn / resources, turn % resources, true));
  }
}
BENCHMARK(record_result)->ArgName("large")->Arg(0)->Arg(1);

void edit_status(benchmark::State& state) {
  Document& document = shared_cluster(state.range(0) != 0);
  const Change change = {{.kind = Edit::Kind::set_attributes,
                          .path = "/cib/status/node_state[@uname='node1']",
                          .attributes = {{"join", "member"}}}};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(document.apply(change, kAdmin, kNoon));
  }
}
BENCHMARK(edit_status)->ArgName("large")->Arg(0)->Arg(1);

void edit_configuration(benchmark::State& state) {
  Document& document = shared_cluster(state.range(0) != 0);
  int turn = 0;
  for ([[maybe_unused]] auto _ : state) {
    const Change change = {{.kind = Edit::Kind::set_attributes,
                            .path = "/cib/configuration/resources/primitive[@id='resource-5']",
                            .attributes = {{"description", std::to_string(++turn)}}}};
    benchmark::DoNotOptimize(document.apply(change, kAdmin, kNoon));
  }
}
BENCHMARK(edit_configuration)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void text_for_disk(benchmark::State& state) {
  const Document& document = shared_cluster(state.range(0) != 0);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(document.configuration_text());
  }
}
BENCHMARK(text_for_disk)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void snapshot(benchmark::State& state) {
  const Document& document = shared_cluster(state.range(0) != 0);
  std::size_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    bytes = document.compact_text().size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(snapshot)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void read_snapshot(benchmark::State& state) {
  const std::string text = shared_cluster(state.range(0) != 0).compact_text();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(Document::parse(text, "snapshot"));
  }
}
BENCHMARK(read_snapshot)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void copy(benchmark::State& state) {
  const Document& document = shared_cluster(state.range(0) != 0);
  for ([[maybe_unused]] auto _ : state) {
    Document twin = document;
    benchmark::DoNotOptimize(twin);
  }
}
BENCHMARK(copy)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

/// The first plan after a quiet time pays for it.
void rest_and_wake(benchmark::State& state) {
  Document& document = shared_cluster(state.range(0) != 0);
  for ([[maybe_unused]] auto _ : state) {
    document.rest();
    benchmark::DoNotOptimize(document.version());
  }
}
BENCHMARK(rest_and_wake)->ArgName("large")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace mainstay::cib

BENCHMARK_MAIN();
