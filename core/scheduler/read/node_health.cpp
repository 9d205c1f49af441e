// SPDX-License-Identifier: Apache-2.0
// Node health: attributes named #health… are red, yellow, green or numbers; by node-health-strategy
// their sum becomes a location score for every resource on the node. Pacemaker Explained, "Tracking
// Node Health".
#include "core/scheduler/read/parts.h"

namespace mainstay::scheduler {
namespace {

struct HealthScores {
  int red = 0;
  int yellow = 0;
  int green = 0;
  int base = 0;
};

/// Nothing: health is not looked at.
std::optional<HealthScores> health_scores(const model::ClusterOptions& options) {
  constexpr int kNever = -model::kInfinity;
  const std::string& strategy = options.health_strategy;
  if (strategy == "migrate-on-red") {
    return HealthScores{kNever, 0, 0, 0};
  }
  if (strategy == "only-green") {
    return HealthScores{kNever, kNever, 0, 0};
  }
  if (strategy == "progressive" || strategy == "custom") {
    return HealthScores{options.health_red, options.health_yellow, options.health_green,
                        strategy == "progressive" ? options.health_base : 0};
  }
  return std::nullopt;
}

int node_health(const model::NodeState& node, const HealthScores& scores) {
  int sum = scores.base;
  for (auto it = node.attributes.lower_bound("#health");
       it != node.attributes.end() && it->first.rfind("#health", 0) == 0; ++it) {
    const std::string& value = it->second;
    sum = model::add_scores(sum, value == "red"      ? scores.red
                                 : value == "yellow" ? scores.yellow
                                 : value == "green"  ? scores.green
                                                     : parse_score(value));
  }
  return sum;
}

/// The words say it themselves; a number is as bad as the word whose score it does not exceed.
model::Health worst_health(const model::NodeState& node, const HealthScores& scores) {
  model::Health worst = model::Health::green;
  for (auto it = node.attributes.lower_bound("#health");
       it != node.attributes.end() && it->first.rfind("#health", 0) == 0; ++it) {
    const std::string& value = it->second;
    const int number = value == "green" ? scores.green : parse_score(value);
    const bool red = value == "red" || (value != "yellow" && number <= scores.red);
    const bool yellow =
        value == "yellow" || (number <= scores.yellow && scores.yellow != scores.green);
    worst = std::min(worst, red      ? model::Health::red
                            : yellow ? model::Health::yellow
                                     : model::Health::green);
  }
  return worst;
}

}  // namespace

void apply_node_health(Reading& reading) {
  const auto scores = health_scores(reading.state.options);
  if (!scores) {
    return;
  }
  for (int node = 0; node < reading.node_count(); ++node) {
    reading.node(node).health = worst_health(reading.node(node), *scores);
    const int health = node_health(reading.node(node), *scores);
    if (health == 0) {
      continue;
    }
    for (const int index : reading.state.top_level) {
      if (health < 0 && read_bool(reading.resource(index).meta, "allow-unhealthy-nodes", false)) {
        continue;
      }
      model::LocationConstraint location;
      location.id = "node health";
      location.resource = index;
      location.nodes.emplace_back(node, health);
      reading.state.locations.push_back(std::move(location));
    }
  }
}

}  // namespace mainstay::scheduler
