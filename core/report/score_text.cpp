// SPDX-License-Identifier: Apache-2.0
#include "core/report/score_text.h"

#include <fmt/format.h>

namespace mainstay::report {
namespace {

const char* stage_name(scheduler::ScoreLine::Stage stage) {
  using Stage = scheduler::ScoreLine::Stage;
  switch (stage) {
    case Stage::group:
      return "pcmk__group_assign";
    case Stage::clone:
      return "pcmk__clone_assign";
    case Stage::bundle:
      return "pcmk__bundle_assign";
    case Stage::primitive:
    case Stage::promotion:
      break;
  }
  return "pcmk__primitive_assign";
}

}  // namespace

std::string score_text(int score) {
  if (score >= model::kInfinity) {
    return "INFINITY";
  }
  return score <= -model::kInfinity ? "-INFINITY" : std::to_string(score);
}

std::string scores_text(const model::ClusterState& state, const scheduler::PlacementTrace& trace) {
  std::string text;
  for (const scheduler::ScoreLine& line : trace.lines) {
    const std::string& resource = state.resources[static_cast<std::size_t>(line.resource)].id;
    const std::string node = line.node < 0
                                 ? "(inactive)"
                                 : "on " + state.nodes[static_cast<std::size_t>(line.node)].name;
    if (line.stage == scheduler::ScoreLine::Stage::promotion) {
      text += fmt::format("{} promotion score {}: {}\n", resource, node, score_text(line.score));
    } else {
      text += fmt::format("{}: {} allocation score {}: {}\n", stage_name(line.stage), resource,
                          node, score_text(line.score));
    }
  }
  return text;
}

}  // namespace mainstay::report
