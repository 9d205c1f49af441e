// SPDX-License-Identifier: Apache-2.0
// `mainstay explain`: why a resource is where it is, each score with what it came from.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/cluster_state.h"
#include "core/scheduler/place/placement.h"

namespace mainstay::ctl {

/// What one node means for a resource.
struct NodeVerdict {
  std::string node;
  int score = 0;
  bool allowed = true;               ///< false: no constraint names it in an opt-in cluster
  std::string condition;             ///< why the node cannot run anything now; empty: it can
  std::vector<std::string> reasons;  ///< full sentences
};

/// One primitive (an instance, a member).
struct Explanation {
  std::string resource;
  std::string now;                 ///< where it runs, empty: nowhere
  std::string then;                ///< where it will, empty: nowhere
  std::string decision;            ///< a full sentence
  std::vector<NodeVerdict> nodes;  ///< the best first
};

/// Every primitive of the resource with this id. Errors: there is no such resource. Pure.
Result<std::vector<Explanation>> explain(const model::ClusterState& state, const std::string& id);

std::string explanation_text(const std::vector<Explanation>& explanations);
std::string explanation_json(const std::vector<Explanation>& explanations);

}  // namespace mainstay::ctl
