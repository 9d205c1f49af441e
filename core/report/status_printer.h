// SPDX-License-Identifier: Apache-2.0
// The printer of the resource list. Private to this folder.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/report/status_text.h"

namespace mainstay::report {

/// "* GuestNode B-0: online:"
std::string node_heading(const model::ClusterState& state, const model::NodeState& node);

std::string join(const std::vector<std::string>& words, const char* separator);

/// Why a probe could not tell, by its exit code.
const char* probe_text(int code);

/// Whether its target-role keeps it from what it could be: stopped, or in a promotable clone
/// unpromoted.
inline bool is_disabled(const model::Resource& resource) {
  return resource.target_role == model::Role::stopped ||
         resource.target_role == model::Role::unpromoted;
}

struct Printer {
  const model::ClusterState& state;
  const StatusOptions& options;
  std::vector<std::string> lines{};

  const model::Resource& resource(int index) const {
    return state.resources[static_cast<std::size_t>(index)];
  }
  const model::NodeState& node(int index) const {
    return state.nodes[static_cast<std::size_t>(index)];
  }

  void print(int index, int level);
  /// The connection of a guest: its container has a line.
  bool is_implied(int index) const;
  void print_primitive(int index, int level);
  void print_group(int index, int level);
  std::string clone_heading(const model::Resource& r) const;
  bool is_awaited(int instance) const;
  bool worth_a_line(const model::Resource& clone, int instance) const;
  void print_clone(int index, int level);
  void print_bundle(int index, int level);
  /// The node that a resource is locked to, or is starting on; -1: none.
  int awaited_on(const model::Resource& r) const;
  std::string state_words(const model::Resource& r) const;
  /// A primitive's line under another name, on a node (-1: none); without one, where it runs.
  void print_as(int index, const std::string& name, std::optional<int> given, int level);
  std::set<int> nodes_of_clone(int clone) const;
  void list_stopped(int clone, int level);
  model::Role configured_role(int clone) const;
  void list_nodes(const std::string& label, std::vector<int> nodes, int level);
  std::string flags(const model::Resource& r, bool unclean_offline) const;
  std::string pending_text(const model::Resource& r) const;
  std::string agent(const model::Resource& r) const {
    return "(" + (r.agent.standard.empty() ? std::string("unknown") : r.agent.text()) + ")";
  }
  bool alone(int instance) const;
  bool any_leaf(int index, bool (*check)(const model::Resource&)) const;
  bool all_active(int index) const;
  bool active(int index) const;
  std::vector<int> locations(int index) const;
  model::Role state_of(int index) const;
  /// The exit code of a probe that failed on a node (-1: on any), as recorded under the resource's
  /// name or that of what its clone consists of; 0: none did.
  int probe_failure(int index, int where) const;
  void add(int level, const std::string& text) {
    lines.push_back(std::string(static_cast<std::size_t>(level) * 2, ' ') + "* " + text);
  }
  std::string managed_text(const model::Resource& r) const;
};

}  // namespace mainstay::report
