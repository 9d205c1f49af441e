// SPDX-License-Identifier: Apache-2.0
// Clones and bundles: instances that are all right are collected into lists of nodes.
#include <algorithm>
#include <map>
#include <set>

#include "core/report/status_printer.h"

namespace mainstay::report {

using model::Resource;
using model::Role;

void Printer::list_nodes(const std::string& label, std::vector<int> nodes, int level) {
  if (nodes.empty()) {
    return;
  }
  std::sort(nodes.begin(), nodes.end());
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const int n : nodes) {
    names.push_back(node(n).name);
  }
  add(level, label + ": [ " + join(names, " ") + " ]");
}

/// Where a clone may run as far as reading knows, or where histories forbade it. Without permission
/// by default, and if nothing was forbidden, where it was looked for.
std::set<int> Printer::nodes_of_clone(int clone) const {
  std::set<int> nodes;
  for (const model::LocationConstraint& location : state.history_locations) {
    for (const auto& [n, score] : location.nodes) {
      if (location.resource == clone) {
        nodes.insert(n);
      }
    }
  }
  if (!state.options.symmetric && !nodes.empty()) {
    return nodes;
  }
  for (int n = 0; n < static_cast<int>(state.nodes.size()); ++n) {
    const bool counts = !node(n).of_removed && (!node(n).of_bundle || node(n).configured);
    const bool known = resource(clone).known_on[static_cast<std::size_t>(n)] != 0;
    if (counts && (state.options.symmetric || known)) {
      nodes.insert(n);
    }
  }
  return nodes;
}

/// Nodes without an instance, together by why: disabled, or what a probe said.
void Printer::list_stopped(int clone, int level) {
  const std::vector<int> used = locations(clone);
  const bool disabled = configured_role(clone) == Role::stopped;
  std::map<std::string, std::set<int>> nodes;
  for (const int n : nodes_of_clone(clone)) {
    if (std::find(used.begin(), used.end(), n) != used.end()) {
      continue;
    }
    const int failure = probe_failure(clone, n);
    nodes[failure != 0 ? std::string("Stopped (") + probe_text(failure) + ")"
          : disabled   ? "Stopped (disabled)"
                       : "Stopped"]
        .insert(n);
  }
  for (const auto& [label, list] : nodes) {
    list_nodes(label, {list.begin(), list.end()}, level);
  }
}

/// The target role that a clone has itself, or else from what it is made of.
Role Printer::configured_role(int clone) const {
  const Resource& r = resource(clone);
  return r.target_role == Role::unknown && !r.children.empty()
             ? resource(r.children.front()).target_role
             : r.target_role;
}

void Printer::print_bundle(int index, int level) {
  const Resource& r = resource(index);
  const std::string managed = managed_text(r);
  add(level, std::string("Container bundle") + (r.replicas.size() > 1 ? " set" : "") + ": " + r.id +
                 " [" + r.image + "]" + (r.unique ? " (unique)" : "") +
                 (managed.empty() ? "" : " (" + managed + ")") + ":");
  for (const model::BundleReplica& replica : r.replicas) {
    const Resource& container = resource(replica.container);
    std::string name = replica.remote >= 0 ? resource(replica.remote).id : container.id;
    name += replica.ip >= 0 ? " (" + replica.address + ")" : "";
    const int where = container.running_on.empty() ? -1 : container.running_on.front();
    print_as(replica.child >= 0 ? replica.child : replica.container, name, where, level + 1);
  }
}

/// What a group's members wait for is not told.
bool Printer::is_awaited(int instance) const {
  return options.show_pending && !resource(instance).pending_task.empty();
}

/// Whether an instance is printed by itself.
bool Printer::alone(int instance) const {
  const Resource& r = resource(instance);
  if (r.unique ||
      any_leaf(instance, [](const Resource& leaf) { return leaf.failed || !leaf.managed; })) {
    return true;
  }
  if (r.removed || is_awaited(instance)) {
    return true;
  }
  const auto where = locations(instance);
  if (active(instance) && (!all_active(instance) || where.size() != 1)) {
    return true;
  }
  return where.size() == 1 && !node(where.front()).online && node(where.front()).unclean;
}

std::string Printer::clone_heading(const Resource& r) const {
  std::vector<std::string> words;
  if (r.promotable) {
    words.emplace_back("promotable");
  }
  if (r.unique) {
    words.emplace_back("unique");
  }
  if (is_disabled(r)) {
    words.emplace_back("disabled");
  }
  if (const std::string managed = managed_text(r); !managed.empty()) {
    words.push_back(managed);
  }
  const std::string child = r.children.empty() ? "" : resource(r.children.front()).base;
  return "Clone Set: " + r.id + " [" + child + "]" +
         (words.empty() ? "" : " (" + join(words, ", ") + ")") + ":";
}

/// Whether an instance that has a line of its own is worth one.
bool Printer::worth_a_line(const Resource& clone, int instance) const {
  return active(instance) || clone.unique || is_awaited(instance);
}

void Printer::print_clone(int index, int level) {
  const Resource& r = resource(index);
  add(level, clone_heading(r));
  std::vector<int> promoted;
  std::vector<int> started;
  for (const int instance : r.children) {
    if (!active(instance) && resource(instance).removed) {
      continue;
    }
    if (alone(instance)) {
      if (worth_a_line(r, instance)) {
        print(instance, level + 1);
      }
    } else if (active(instance)) {
      auto& listed = state_of(instance) > Role::unpromoted ? promoted : started;
      const auto where = locations(instance);
      listed.insert(listed.end(), where.begin(), where.end());
    }
  }
  const std::size_t listed = promoted.size() + started.size();
  list_nodes("Promoted", promoted, level + 1);
  list_nodes(r.promotable ? (configured_role(index) == Role::unpromoted ? "Unpromoted (target-role)"
                                                                        : "Unpromoted")
                          : "Started",
             started, level + 1);
  // Instances with lines of their own do not count here.
  if (options.show_inactive && !r.unique && static_cast<int>(listed) < r.clone_max) {
    list_stopped(index, level + 1);
  }
}

}  // namespace mainstay::report
