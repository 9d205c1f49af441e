// SPDX-License-Identifier: Apache-2.0
#include "core/ctl/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/report/score_text.h"
#include "core/scheduler/schedule.h"

namespace mainstay::ctl {
namespace {

using model::ClusterState;
using model::Resource;
using report::score_text;
using scheduler::Placement;
using scheduler::ScoreReason;
using Json = nlohmann::ordered_json;

constexpr std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

std::string signed_score(int score) {
  return (score > 0 ? "+" : "") + score_text(score);
}

std::string sentence(const ClusterState& state, const ScoreReason& reason) {
  const std::string& node = state.nodes[at(reason.node)].name;
  const std::string other = reason.other < 0 ? "" : state.resources[at(reason.other)].id;
  const std::string score = signed_score(reason.score);
  switch (reason.kind) {
    case ScoreReason::Kind::location:
      return fmt::format("{} by the location constraint {}.", score, reason.source);
    case ScoreReason::Kind::stickiness:
      return fmt::format("{} because it runs there (resource-stickiness).", score);
    case ScoreReason::Kind::history:
      return fmt::format("{} because of its history there ({}).", score, reason.source);
    case ScoreReason::Kind::fail_limit:
      return fmt::format(
          "{} because {} failed on {} as often as migration-threshold allows; clean it up to allow "
          "it again.",
          score, reason.source, node);
    case ScoreReason::Kind::discovery:
      return fmt::format("{} because its discovery is exclusive to other nodes.", score);
    case ScoreReason::Kind::shutdown_lock:
      return fmt::format("{} because it is locked to {} while that shuts down.", score,
                         reason.source);
    case ScoreReason::Kind::colocation:
      return fmt::format("{} by the colocation {} with {}.", score, reason.source, other);
    case ScoreReason::Kind::attraction:
      return fmt::format("{} by the wishes of {}, which goes with it by the colocation {}.", score,
                         other, reason.source);
    case ScoreReason::Kind::limit:
      return fmt::format("{} because {} has enough instances there.", score,
                         other.empty() ? reason.source : other);
    case ScoreReason::Kind::capacity:
      return fmt::format("{} because {} has not enough capacity left.", score, node);
    case ScoreReason::Kind::promotion:
      return fmt::format("{} by the promotion score that its agent set.", score);
    case ScoreReason::Kind::stopped:
      return fmt::format("{} because it is to be stopped ({}).", score, reason.source);
  }
  return "";
}

std::string condition_of(const model::NodeState& node) {
  if (!node.online) {
    return node.unclean ? "It is lost and has to be fenced." : "It is offline.";
  }
  if (node.unclean) {
    return "It is unclean.";
  }
  if (node.shutdown) {
    return "It is shutting down.";
  }
  if (node.pending) {
    return "It is still joining.";
  }
  if (node.standby || node.standby_on_fail) {
    return "It is in standby.";
  }
  return node.maintenance ? "It is in maintenance." : "";
}

std::string names(const ClusterState& state, const std::vector<int>& nodes) {
  std::string text;
  for (const int node : nodes) {
    text += (text.empty() ? "" : " and ") + state.nodes[at(node)].name;
  }
  return text;
}

std::string decide(const Resource& resource, const Explanation& e, bool managed) {
  if (!managed) {
    return e.now.empty() ? resource.id + " is not managed and stays stopped."
                         : resource.id + " is not managed and stays on " + e.now + ".";
  }
  if (e.now.empty() && e.then.empty()) {
    return resource.id + " is stopped, and no node may run it.";
  }
  if (e.then.empty()) {
    return resource.id + " runs on " + e.now + " and will be stopped: no node may run it.";
  }
  if (e.now.empty()) {
    return resource.id + " is stopped and will be started on " + e.then + ".";
  }
  return e.now == e.then
             ? resource.id + " runs on " + e.now + ", which is the best node for it."
             : resource.id + " runs on " + e.now + " and will be moved to " + e.then + ".";
}

void collect_primitives(const ClusterState& state, int index, std::vector<int>& into) {
  const Resource& resource = state.resources[at(index)];
  if (resource.variant == model::Variant::primitive) {
    into.push_back(index);
  }
  for (const int child : resource.children) {
    collect_primitives(state, child, into);
  }
}

Explanation explain_one(const ClusterState& state, int index, const Placement& placement,
                        const scheduler::PlacementTrace& trace) {
  const Resource& resource = state.resources[at(index)];
  Explanation out;
  out.resource = resource.id;
  out.now = names(state, resource.running_on);
  const int node = placement.node[at(index)];
  out.then = node < 0 ? "" : state.nodes[at(node)].name;
  out.decision = decide(resource, out, placement.managed[at(index)] != 0);
  const scheduler::Weights& weights = placement.weights[at(index)];
  for (std::size_t i = 0; i < state.nodes.size(); ++i) {
    if (state.nodes[i].of_bundle && weights.allowed[i] == 0) {
      continue;
    }
    NodeVerdict verdict;
    verdict.node = state.nodes[i].name;
    verdict.score = weights.score[i];
    verdict.allowed = weights.allowed[i] != 0;
    verdict.condition = condition_of(state.nodes[i]);
    for (const ScoreReason& reason : trace.reasons) {
      if (reason.resource == index && at(reason.node) == i) {
        const std::string text = sentence(state, reason);
        auto& known = verdict.reasons;
        if (std::find(known.begin(), known.end(), text) == known.end()) {
          known.push_back(text);
        }
      }
    }
    out.nodes.push_back(std::move(verdict));
  }
  std::stable_sort(out.nodes.begin(), out.nodes.end(),
                   [](const NodeVerdict& a, const NodeVerdict& b) { return a.score > b.score; });
  return out;
}

}  // namespace

Result<std::vector<Explanation>> explain(const ClusterState& state, const std::string& id) {
  std::vector<int> primitives;
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    const Resource& resource = state.resources[i];
    if (resource.id == id ||
        (resource.base == id && resource.variant == model::Variant::primitive)) {
      collect_primitives(state, static_cast<int>(i), primitives);
    }
  }
  if (primitives.empty()) {
    return fail(Errc::not_found, "bundle/clone/group/resource '" + id + "' does not exist");
  }
  scheduler::PlacementTrace trace;
  const Placement placement = scheduler::place(state, &trace);
  std::vector<Explanation> out;
  out.reserve(primitives.size());
  for (const int index : primitives) {
    out.push_back(explain_one(state, index, placement, trace));
  }
  return out;
}

std::string explanation_text(const std::vector<Explanation>& explanations) {
  std::string text;
  for (const Explanation& one : explanations) {
    text += one.decision + "\n";
    for (const NodeVerdict& node : one.nodes) {
      text += fmt::format(
          "  {}: {}\n", node.node,
          node.allowed ? "score " + score_text(node.score) : "not allowed, no constraint names it");
      if (!node.condition.empty()) {
        text += "    " + node.condition + "\n";
      }
      for (const std::string& reason : node.reasons) {
        text += "    " + reason + "\n";
      }
    }
  }
  return text;
}

std::string explanation_json(const std::vector<Explanation>& explanations) {
  Json json = Json::array();
  for (const Explanation& one : explanations) {
    Json nodes = Json::array();
    for (const NodeVerdict& node : one.nodes) {
      nodes.push_back({{"node", node.node},
                       {"allowed", node.allowed},
                       {"score", score_text(node.score)},
                       {"condition", node.condition},
                       {"reasons", node.reasons}});
    }
    json.push_back({{"resource", one.resource},
                    {"now", one.now},
                    {"then", one.then},
                    {"decision", one.decision},
                    {"nodes", nodes}});
  }
  return json.dump(2) + "\n";
}

}  // namespace mainstay::ctl
